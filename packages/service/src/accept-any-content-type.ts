import type { FastifyInstance } from 'fastify';

/**
 * Fastify answers 415 by itself where a Content-Type is not of the form of RFC 9110: empty, doubled by a proxy, without
 * a slash. With this a body of such a type goes to the parser of bodies that have none, and our own code decides.
 * `request.headers` lacks the header then; `request.raw.headers` has it.
 */
export function acceptAnyContentType(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.headers['content-type'] !== undefined && request.mediaType === undefined) {
      request.headers = { 'content-type': undefined };
    }
    done();
  });
}
