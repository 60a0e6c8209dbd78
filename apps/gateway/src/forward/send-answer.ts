import type { FastifyReply } from 'fastify';
import { createHopByHopCheck } from './hop-by-hop.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Passes an upstream's answer on: status, headers, and the body as it comes in. */
export function sendAnswer(reply: FastifyReply, answer: UpstreamAnswer): FastifyReply {
  const { connection } = answer.headers;
  const staysBehind = createHopByHopCheck(Array.isArray(connection) ? connection.join(',') : connection);
  reply.code(answer.statusCode);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !staysBehind(name)) reply.header(name, value);
  }
  return reply.send(answer.body);
}
