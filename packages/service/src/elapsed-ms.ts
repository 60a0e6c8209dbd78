import type { FastifyReply } from 'fastify';

/** Since the request came, in whole ms, by the monotonic clock: for log lines. */
export function elapsedMs(reply: FastifyReply): number {
  return Math.round(reply.elapsedTime);
}
