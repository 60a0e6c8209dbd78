import { HOPS_HEADER, type Operation, type Principal } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from './abort-on-close.ts';
import { sendAnswer } from './send-answer.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

/** What a caller's request may say to the service behind, beside its body; everything else ends here. */
const PASSED_ON = [
  'accept',
  'idempotency-key',
  'traceparent',
  'tracestate',
  'user-agent',
  HOPS_HEADER,
] as const;

export interface ForwardedCall {
  upstream: Upstream;
  operation: Operation;
  internalToken: string;
  principal: Principal;
  request: FastifyRequest;
  reply: FastifyReply;
  /** The body's own bytes. */
  body: Buffer | undefined;
}

/** Has an operation answered by the service that owns it: same path and query, same bytes, and who asks. */
export async function forwardOperation(call: ForwardedCall): Promise<FastifyReply> {
  const signal = abortOnClose(call.reply);
  try {
    return sendAnswer(call.reply, await askOwner(call, signal));
  } catch (error) {
    if (signal.aborted) return call.reply.hijack();
    throw error;
  }
}

/** The same, with the answer for the caller to look at. */
export function askOwner(call: ForwardedCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  const { request, body } = call;
  const headers = internalHeaders(call.internalToken, call.principal);
  headers['x-request-id'] = request.id;
  for (const name of PASSED_ON) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  if (body !== undefined) headers['content-type'] = request.headers['content-type'] ?? 'application/json';
  return call.upstream.send({
    method: request.method,
    path: request.raw.url as string,
    headers,
    body,
    headersTimeoutMs: call.operation.answersWithinMs,
    signal,
  });
}
