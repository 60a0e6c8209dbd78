import { addVary } from '@hookline/service';
import type { FastifyReply } from 'fastify';
import { createHopByHopCheck } from './hop-by-hop.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Sends the answer of another service: its status, its headers, and its body as a stream. */
export function sendAnswer(reply: FastifyReply, answer: UpstreamAnswer): FastifyReply {
  const { connection } = answer.headers;
  const staysBehind = createHopByHopCheck(Array.isArray(connection) ? connection.join(',') : connection);
  reply.code(answer.statusCode);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || staysBehind(name)) continue;
    // The gateway's own answers vary by origin.
    if (name === 'vary') addVary(reply, String(value));
    else reply.header(name, value);
  }
  return reply.send(answer.body);
}
