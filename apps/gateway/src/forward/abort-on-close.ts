import type { FastifyReply } from 'fastify';

/** @returns a signal that aborts when the caller disconnects before the answer is complete */
export function abortOnClose(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
