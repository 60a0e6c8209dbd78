import type { CallOptions, ClientOptions } from '../client-options.ts';
import { ConnectionFailed, HooklineError, Timeout } from '../errors.ts';
import type { OperationAnswer, OperationName, OperationRequest, Warning } from './operations.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type Route, routeOf } from './route.ts';
import { toHttpError } from './to-http-error.ts';

/** A request whose parts are not typed: the caller has checked them. */
interface AnyRequest {
  params?: Record<string, string> | undefined;
  query?: Record<string, string | number | boolean | null | undefined> | undefined;
  body?: unknown;
}

/** One call, ready to be sent as often as it takes. */
interface PreparedCall {
  route: Route;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
  timeoutMs: number;
  retries: number;
}

/** Sends one operation and resolves to the whole body of its answer. */
export type Caller = <Name extends OperationName>(
  name: Name,
  request?: AnyRequest,
  options?: CallOptions,
) => Promise<OperationAnswer<Name>>;

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 2;
/** Statuses after which the same request may succeed: they are about the moment, not about the request. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
/** An earlier try of this call is still being carried out; its answer comes with the same key. */
const PASSING_CODES: ReadonlySet<string> = new Set(['idempotency_key_in_use']);

/**
 * Sends operations of the HTTP API.
 *
 * A call rejects with a `HooklineError`. It is tried again after a failed connection and after 408, 429, 502, 503 and 504,
 * at the time that `Retry-After` asks for. A write has an idempotency key, the same for each try, so that the gateway
 * carries it out once.
 */
export function createCaller(options: ClientOptions): Caller {
  // Fails here, and not in the first call, when the address is not a URL.
  const address = new URL(options.url);
  // Paths begin with a slash.
  const base = `${address.origin}${address.pathname.replace(/\/$/, '')}`;
  // Browsers call `fetch` on the global object only.
  const send: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  function prepare(route: Route, request: AnyRequest, call: CallOptions): PreparedCall {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const isWrite = route.method !== 'GET';
    return {
      route,
      url: `${base}${fillPath(route.path, request.params)}${toSearch(request.query)}`,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(isWrite ? { 'idempotency-key': call.idempotencyKey ?? randomKey() } : {}),
      },
      body,
      signal: call.signal,
      timeoutMs: call.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      retries: call.retries ?? options.retries ?? DEFAULT_RETRIES,
    };
  }

  async function tryOnce(call: PreparedCall): Promise<unknown> {
    const { route, signal, timeoutMs } = call;
    const timeout = AbortSignal.timeout(timeoutMs);
    const key = typeof options.key === 'string' ? options.key : await options.key();
    try {
      const response = await send(call.url, {
        method: route.method,
        headers: { ...call.headers, authorization: `Bearer ${key}` },
        ...(call.body === undefined ? {} : { body: call.body }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (!response.ok) throw await toHttpError(response);
      if (route.answer === 'bytes') return new Uint8Array(await response.arrayBuffer());
      return parseAnswer(await response.text(), response.status);
    } catch (error) {
      if (error instanceof HooklineError) throw error;
      signal?.throwIfAborted();
      const what = `${route.method} ${call.url.split('?')[0]}`;
      if (timeout.aborted) {
        throw new Timeout('timeout', `${what} was not answered within ${timeoutMs} ms`, { cause: error });
      }
      throw new ConnectionFailed('connection_failed', `${what} was not answered`, { cause: error });
    }
  }

  async function run(call: PreparedCall): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await tryOnce(call);
      } catch (error) {
        if (attempt >= call.retries || !mayPass(error)) throw error;
        const delayMs = retryDelayMs(error.retryAfterMs, attempt, Math.random());
        if (delayMs === undefined) throw error;
        await sleep(delayMs, call.signal);
      }
    }
  }

  return async (name, request = {}, call = {}) => {
    const answer = (await run(prepare(routeOf(name), request, call))) as OperationAnswer<typeof name>;
    if (options.onWarning) for (const warning of warningsOf(answer)) options.onWarning(warning);
    return answer;
  };
}

/** Typed access to one operation, as the client offers it. */
export type Call = <Name extends OperationName>(
  name: Name,
  ...args: Record<never, never> extends OperationRequest<Name>
    ? [request?: OperationRequest<Name>, options?: CallOptions]
    : [request: OperationRequest<Name>, options?: CallOptions]
) => Promise<OperationAnswer<Name>>;

function mayPass(error: unknown): error is HooklineError {
  if (error instanceof ConnectionFailed) return true;
  if (!(error instanceof HooklineError)) return false;
  return PASSING_STATUSES.has(error.status ?? 0) || PASSING_CODES.has(error.code);
}

function parseAnswer(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HooklineError('unknown', `The server answered ${status} with a body that is not JSON`, {
      status,
      cause,
    });
  }
}

function warningsOf(answer: unknown): readonly Warning[] {
  return (answer as { warnings?: Warning[] } | null)?.warnings ?? [];
}

/** 128 random bits. Not `randomUUID`, which browsers offer on secure pages only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `auto_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function fillPath(path: string, params: Record<string, string> = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'string' || value === '')
      throw new TypeError(`params.${name} must be a text that is not empty`);
    // As a part of a URL's path they would remove the part before them.
    if (value === '.' || value === '..') throw new TypeError(`params.${name} must not be ${value}`);
    return encodeURIComponent(value);
  });
}

function toSearch(query: AnyRequest['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
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
