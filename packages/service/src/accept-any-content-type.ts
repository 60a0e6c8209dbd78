import type { FastifyInstance } from 'fastify';

/**
 * By itself Fastify answers 415 if a Content-Type does not have the form of RFC 9110: an empty header, one that a proxy
 * doubled, a type without a slash. This hook sends a body of such a type to the parser for bodies without a type, and our
 * own code decides. `request.headers` then lacks the header; `request.raw.headers` has it.
 */
export function acceptAnyContentType(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.headers['content-type'] !== undefined && request.mediaType === undefined) {
      request.headers = { 'content-type': undefined };
    }
    done();
  });
}
