import { HOPS_HEADER, type Operation, type Principal } from '@hookline/contracts';
import { IDEMPOTENCY_KEY_HEADER, internalHeaders, readIdempotencyKey, spanOf } from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { abortUnlessWrite } from './abort-on-close.ts';
import { sendAnswer } from './send-answer.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

/** The caller's headers that are forwarded, with the Idempotency-Key of a write. No other header is. */
const PASSED_ON = ['accept', 'traceparent', 'tracestate', 'user-agent', HOPS_HEADER] as const;

export interface ForwardedCall {
  upstream: Upstream;
  operation: Operation;
  internalToken: string;
  principal: Principal;
  request: FastifyRequest;
  reply: FastifyReply;
  /** The bytes of the body, as the caller sent them. */
  body: Buffer | undefined;
}

/** Forwards an operation to its owner with the same path, query and body, and with the principal. */
export async function forwardOperation(call: ForwardedCall): Promise<FastifyReply> {
  const signal = abortUnlessWrite(call.operation, call.reply);
  try {
    return sendAnswer(call.reply, await askOwner(call, signal));
  } catch (error) {
    if (signal.aborted) return call.reply.hijack();
    throw error;
  }
}

/** As forwardOperation, but returns the owner's answer instead of sending it. */
export function askOwner(call: ForwardedCall, signal: AbortSignal): Promise<UpstreamAnswer> {
  const { request, body } = call;
  const headers = internalHeaders(call.internalToken, call.principal);
  headers['x-request-id'] = request.id;
  for (const name of PASSED_ON) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const key = request.method === 'GET' ? undefined : readIdempotencyKey(request.raw);
  if (key !== undefined) headers[IDEMPOTENCY_KEY_HEADER] = key;
  const { 'accept-encoding': encoding } = request.headers;
  if (call.operation.isStream && encoding !== undefined) headers['accept-encoding'] = String(encoding);
  const span = spanOf(request);
  if (span) headers['traceparent'] = span.traceparent;
  if (body !== undefined) headers['content-type'] = request.headers['content-type'] ?? 'application/json';
  return call.upstream.send({
    method: request.method,
    path: request.raw.url as string,
    headers,
    body,
    headersTimeoutMs: call.operation.answersWithinMs,
    isStream: call.operation.isStream,
    signal,
  });
}
