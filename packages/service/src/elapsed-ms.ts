import type { FastifyReply } from 'fastify';

/** Whole milliseconds since the request arrived, by the monotonic clock, for log lines. */
export function elapsedMs(reply: FastifyReply): number {
  return Math.round(reply.elapsedTime);
}
