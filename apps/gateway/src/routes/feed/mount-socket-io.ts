import { FEED_PATHS } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';

/**
 * Hands requests under `/socket.io/` to the feed, before their bodies are read. Refusals are answered as those of the API.
 */
export function mountSocketIo(app: FastifyInstance, { feed }: RouteContext): void {
  const serve = feed.serveSocketIo;
  if (!serve) return;
  app.all(
    `${FEED_PATHS.socketIo}*`,
    {
      onRequest(request, reply, done) {
        const { raw } = reply;
        serve(request.raw, raw).then(
          () => reply.hijack(),
          (error: Error) => done(error),
        );
      },
    },
    // The hook has answered.
    (_request, reply) => reply,
  );
}
