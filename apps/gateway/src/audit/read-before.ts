import type { Operation, Principal } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Upstream } from '../forward/upstream.ts';
import { readUpTo } from '../idempotency/read-up-to.ts';
import { MAX_AUDITED_BYTES, parseData } from './parse-data.ts';

export interface BeforeQuestion {
  upstream: Upstream;
  read: Operation;
  internalToken: string;
  principal: Principal;
  request: FastifyRequest;
  userId: string | undefined;
}

/** Long enough for a read by key. A change does not wait longer for the audit's sake. */
const WITHIN_MS = 3_000;

/**
 * Reads a thing before it is changed, as the API shows it to the caller.
 * @returns undefined if there is no such thing, or its owner does not answer: the change is then told without it
 */
export async function readBefore(question: BeforeQuestion): Promise<unknown> {
  const { upstream, internalToken, principal, request, userId } = question;
  const path = (request.raw.url as string).split('?', 1)[0];
  const search = userId === undefined ? '' : `?${new URLSearchParams({ userId })}`;
  try {
    const { statusCode, body } = await upstream.send({
      method: 'GET',
      path: `${path}${search}`,
      headers: { ...internalHeaders(internalToken, principal), 'x-request-id': request.id },
      headersTimeoutMs: WITHIN_MS,
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const { bytes, stream } = await readUpTo(body, MAX_AUDITED_BYTES);
    // The rest is not waited for.
    stream?.on('error', () => {}).resume();
    return statusCode === 200 && bytes ? parseData(bytes.toString('utf8')) : undefined;
  } catch {
    return undefined;
  }
}
