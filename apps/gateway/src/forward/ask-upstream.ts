import type { Principal } from '@hookline/contracts';
import { internalHeaders, spanOf } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

export interface Question {
  upstream: Upstream;
  /** Path and query. */
  path: string;
  /** If there is a body, the request is a POST. */
  body?: unknown;
  internalToken: string;
  principal: Principal;
  /** The caller's request, for the log of the other service. */
  request: FastifyRequest;
  signal: AbortSignal;
}

export interface Reply {
  status: number;
  headers: UpstreamAnswer['headers'];
  /** Parsed. */
  body: unknown;
}

/**
 * Asks another service for a part of an answer that the gateway puts together.
 * @throws ApiError `unavailable`; the reason of the signal
 */
export async function askUpstream(question: Question): Promise<Reply> {
  const { accept } = question.request.headers;
  // An error is passed on in the form that the caller asks for.
  const answer = await sendQuestion(question, accept === undefined ? {} : { accept });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.json() };
}

/**
 * As askUpstream, but the answer is not read.
 * @param more further headers
 */
export function sendQuestion(
  question: Question,
  more: Readonly<Record<string, string>> = {},
): Promise<UpstreamAnswer> {
  const { upstream, path, internalToken, principal, request, signal } = question;
  const span = spanOf(request);
  const headers = {
    ...internalHeaders(internalToken, principal),
    'x-request-id': request.id,
    ...more,
    ...(span ? { traceparent: span.traceparent } : {}),
  };
  return upstream.send(
    question.body === undefined
      ? { method: 'GET', path, headers, signal }
      : {
          method: 'POST',
          path,
          headers: { ...headers, 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify(question.body)),
          signal,
        },
  );
}
