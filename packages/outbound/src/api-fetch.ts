import { Agent, request } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import { readBody } from './read-body.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface ApiCallLimits {
  /** For the whole call: every redirect, the headers and the body. Default 30 s. */
  readonly timeoutMs?: number;
  /** A longer body is an error. Default 4 MB. */
  readonly maxBytes?: number;
  /** Ends the call earlier. */
  readonly signal?: AbortSignal;
  /** Default true. False: a redirect is returned as it is, so that a secret goes only to the address that was given. */
  readonly followRedirects?: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  /** Only the headers that say how to continue: see `KEPT_HEADERS`. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The address that a 301 or 308 gave for this request from now on. */
  readonly movedTo?: string;
}

/** The body of an answer is longer than the caller reads. */
export class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError';
  readonly code = 'answer_too_long';

  constructor(maxBytes: number) {
    super(`the answer is longer than ${maxBytes} bytes`);
  }
}

export interface ApiFetch {
  /**
   * Calls an API whose address an operator or a provider chose. Redirects by 301, 307 and 308 are followed with the
   * same method and body, at most twice, and only to the same origin: the request carries a token. Any other redirect
   * is returned as it is, and every redirect without `followRedirects`.
   * @throws AddressNotAllowedError, AnswerTooLongError, undici's errors, a `TimeoutError` at the deadline, the reason of
   * `signal`
   */
  call(request: ApiRequest, limits?: ApiCallLimits): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** How to continue: pages, conditional requests, rate limits, clocks, new addresses; and the scopes of the token. */
const KEPT_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'date',
  'etag',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'x-oauth-scopes',
  'x-poll-interval',
]);
const KEPT_HEADER = /^(?:x-)?ratelimit/;
const MAX_REDIRECTS = 2;
const FOLLOWED: ReadonlySet<number> = new Set([301, 307, 308]);
const PERMANENT: ReadonlySet<number> = new Set([301, 308]);

/** Requests with headers, methods and sizes as the APIs of providers need them, through the address guard. */
export function createApiFetch(options: { guard: AddressGuard; connectionsPerOrigin?: number }): ApiFetch {
  const { guard, connectionsPerOrigin = 16 } = options;
  const agent = new Agent({
    connect: createGuardedConnector(guard, { timeout: 5_000, allowH2: false }),
    connections: connectionsPerOrigin,
    keepAliveTimeout: 4_000,
    maxHeaderSize: 32_768,
    pipelining: 1,
  });

  async function callOnce(
    url: URL,
    { method, headers, body: sent }: ApiRequest,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const response = await request(url, {
      dispatcher: agent,
      method,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body: sent ?? null,
      // Covers the body too: undici's body timeout limits only the time between chunks.
      signal,
    });
    const body = await readBody(response.body, maxBytes);
    if (body === undefined) throw new AnswerTooLongError(maxBytes);
    return {
      status: response.statusCode,
      headers: keepHeaders(response.headers),
      body,
    };
  }

  return {
    async call(
      given,
      { timeoutMs = 30_000, maxBytes = 4 * 1024 * 1024, signal, followRedirects = true } = {},
    ) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const until = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      let url = guard.parseUrl(given.url);
      let movedTo: string | undefined;
      for (let redirects = 0; ; redirects++) {
        until.throwIfAborted();
        const answer = await callOnce(url, given, maxBytes, until);
        const next = followRedirects ? redirectTarget(url, answer) : undefined;
        if (next === undefined || redirects === MAX_REDIRECTS) {
          return movedTo === undefined ? answer : { ...answer, movedTo };
        }
        // After a temporary redirect the original address stays valid.
        if (PERMANENT.has(answer.status) && (redirects === 0 || movedTo !== undefined)) movedTo = next.href;
        url = guard.parseUrl(next.href);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Where a redirect leads, if it may be followed. */
function redirectTarget(from: URL, { status, headers }: ApiAnswer): URL | undefined {
  const location = headers['location'];
  if (!FOLLOWED.has(status) || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  return target.origin === from.origin ? target : undefined;
}

function keepHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !(KEPT_HEADERS.has(name) || KEPT_HEADER.test(name))) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}
