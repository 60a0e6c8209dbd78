import { isWrite, type Operation } from '@hookline/contracts';
import type { FastifyReply } from 'fastify';
import { isPublish } from '../routes/operations/is-publish.ts';

/** @returns a signal that aborts when the caller disconnects before the answer is complete */
export function abortOnClose(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/**
 * @returns the signal for a call of an operation. It never aborts for a write: a write is carried through, so that its
 *   answer can be kept for its Idempotency-Key. Publishing is recognised by ingest, and may end with its caller
 */
export function abortUnlessWrite(operation: Operation, reply: FastifyReply): AbortSignal {
  const isCarriedThrough = isWrite(operation) && !isPublish(operation);
  return isCarriedThrough ? new AbortController().signal : abortOnClose(reply);
}
