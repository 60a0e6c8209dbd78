import type { FastifyInstance } from 'fastify';

/** Mounts routes below a prefix, with hooks of their own. */
export function mountBelow(
  app: FastifyInstance,
  prefix: string,
  mount: (api: FastifyInstance) => void,
): void {
  void app.register(
    (api, _options, done) => {
      mount(api);
      done();
    },
    { prefix },
  );
}
