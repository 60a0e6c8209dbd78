import type { FastifyReply } from 'fastify';

/** Aborts when the one who asked goes away before the answer is complete. */
export function abortOnClose(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
