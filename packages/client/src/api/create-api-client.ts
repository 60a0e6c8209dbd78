import type { ApiClient, ApiClientOptions, CallOptions } from './api-client.ts';
import { ApiConnectionError, ApiError } from './api-error.ts';
import { API_ROUTES, BYTES_OPERATIONS } from './api-routes.ts';
import { isRetryable, parseRetryAfter, retryDelayMs } from './retry-delay.ts';

interface Request {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
}

/** One call, ready to be sent as often as it takes. */
interface PreparedCall {
  name: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Whether it may be sent again when the gateway has not carried it out. */
  isIdempotent: boolean;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_RETRIES = 2;
/** RFC 9110. PATCH is here as well: a merge patch (RFC 7396) gives the same result when it is applied twice. */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

/**
 * A client of the HTTP API: one typed function for each operation.
 *
 * A call resolves to the answer's body, such as `{ data }`. It rejects with `ApiError` when the gateway answers with an
 * error, and with `ApiConnectionError` when no answer arrives. An idempotent call is tried again after 429 and 503, at
 * the time that `Retry-After` asks for.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  // Paths begin with a slash.
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  const maxRetries = options.maxRetries ?? DEFAULT_MAX_RETRIES;
  // Browsers call `fetch` on the global object only.
  const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  function prepare(name: string, route: string, request: Request, call: CallOptions): PreparedCall {
    const [method, path] = route.split(' ') as [string, string];
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const { idempotencyKey } = call;
    return {
      name,
      method,
      url: `${baseUrl}${fillPath(path, request.params)}${toSearch(request.query)}`,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body,
      isIdempotent: IDEMPOTENT_METHODS.has(method) || idempotencyKey !== undefined,
      signal: call.signal,
      timeoutMs: call.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    };
  }

  async function run(call: PreparedCall): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await tryOnce(call);
      } catch (error) {
        if (!(error instanceof ApiError) || !isRetryable(error.status)) throw error;
        const delayMs = retryDelayMs(error.retryAfterSeconds, attempt, Math.random());
        if (!call.isIdempotent || attempt >= maxRetries || delayMs === undefined) throw error;
        await sleep(delayMs, call.signal);
      }
    }
  }

  async function tryOnce(call: PreparedCall): Promise<unknown> {
    const { signal, timeoutMs } = call;
    const timeout = AbortSignal.timeout(timeoutMs);
    const apiKey = typeof options.apiKey === 'string' ? options.apiKey : await options.apiKey();
    try {
      const response = await send(call.url, {
        method: call.method,
        headers: { ...call.headers, authorization: `Bearer ${apiKey}` },
        ...(call.body === undefined ? {} : { body: call.body }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (!response.ok) throw await toApiError(response);
      return BYTES_OPERATIONS.has(call.name)
        ? new Uint8Array(await response.arrayBuffer())
        : await response.json();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      signal?.throwIfAborted();
      const what = `${call.method} ${call.url.split('?')[0]}`;
      if (timeout.aborted) {
        throw new ApiConnectionError('timeout', `${what} was not answered within ${timeoutMs} ms`, error);
      }
      throw new ApiConnectionError('connection_failed', `${what} was not answered`, error);
    }
  }

  const calls = Object.entries(API_ROUTES).map(([name, route]) => [
    name,
    async (request: Request = {}, call: CallOptions = {}) => run(prepare(name, route, request, call)),
  ]);
  return Object.fromEntries(calls) as ApiClient;
}

function fillPath(path: string, params: Record<string, string> = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`params.${name} must not be empty`);
    // As a part of a URL's path they would remove the part before them.
    if (value === '.' || value === '..') throw new TypeError(`params.${name} must not be ${value}`);
    return encodeURIComponent(value);
  });
}

function toSearch(query: Request['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function toApiError(response: Response): Promise<ApiError> {
  const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy answered with a page of its own.
  }
  return new ApiError(response.status, body, retryAfterSeconds);
}

function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
