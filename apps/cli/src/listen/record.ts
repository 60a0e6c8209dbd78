import type { FeedEvent } from '@hookline/contracts';
import type { Forwarding } from './forwarder.ts';
import type { OriginalRequest } from './local-request.ts';

/** An event with its request and the local result: one line of a `--record` file, and of `--output json`. */
export interface ForwardingRecord {
  event: Omit<FeedEvent, 'data' | 'dataOmitted'>;
  target: string | null;
  /** Null: the event was not forwarded. */
  request: {
    method: string;
    pathSuffix: string;
    query: string;
    headers: readonly (readonly [string, string])[];
    bodyBase64: string;
    calledUrl: string | null;
    isProviders: boolean;
    withheld: readonly string[];
  } | null;
  result: {
    kind: string;
    status: number | null;
    durationMs: number;
    message: string | null;
    /** The start of the answer's body, as text. */
    body: string | null;
  } | null;
}

const MAX_RESULT_CHARACTERS = 4_096;

export function describeRecord({ event, target, original, result }: Forwarding): ForwardingRecord {
  const { data: _data, dataOmitted: _dataOmitted, ...attributes } = event;
  return {
    event: attributes,
    target: target?.url.href ?? null,
    request:
      original === undefined
        ? null
        : {
            method: original.method,
            pathSuffix: original.pathSuffix,
            query: original.query,
            headers: original.headers,
            bodyBase64: Buffer.from(original.body).toString('base64'),
            calledUrl: original.calledUrl ?? null,
            isProviders: original.isProviders,
            withheld: original.withheld,
          },
    result:
      result === undefined
        ? null
        : {
            kind: result.kind,
            status: result.kind === 'answered' ? result.status : null,
            durationMs: Math.round(result.durationMs),
            message: result.kind === 'answered' ? null : result.message,
            body:
              result.kind === 'answered'
                ? new TextDecoder().decode(result.body).slice(0, MAX_RESULT_CHARACTERS)
                : null,
          },
  };
}

/**
 * Reads one line of a `--record` file.
 * @returns undefined for an event that was recorded without its request
 * @throws Error that says what is wrong with the line
 */
export function readRecord(line: string): { event: FeedEvent; original: OriginalRequest } | undefined {
  const value = JSON.parse(line) as Partial<ForwardingRecord>;
  const { event, request } = value;
  if (typeof event?.id !== 'string' || typeof event.type !== 'string') throw new Error('it has no event');
  if (request === null) return undefined;
  if (
    typeof request?.method !== 'string' ||
    typeof request.bodyBase64 !== 'string' ||
    !Array.isArray(request.headers)
  )
    throw new Error('it has no request');
  return {
    event: { ...event, data: null, dataOmitted: true },
    original: {
      method: request.method,
      pathSuffix: request.pathSuffix ?? '',
      query: request.query ?? '',
      headers: request.headers.map(([name, text]) => [String(name), String(text)] as const),
      body: Buffer.from(request.bodyBase64, 'base64'),
      calledUrl: request.calledUrl ?? undefined,
      isProviders: request.isProviders === true,
      withheld: request.withheld ?? [],
    },
  };
}
