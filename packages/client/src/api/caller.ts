import type { CSRF_HEADER } from '@hookline/contracts';
import type { CallOptions, ClientOptions, KeySource } from '../client-options.ts';
import { ConnectionFailed, HooklineError, Timeout } from '../errors.ts';
import type { OperationAnswer, OperationName, OperationRequest, Warning } from './operations.ts';
import { retryDelayMs } from './retry-delay.ts';
import { type Route, routeOf } from './route.ts';
import { createTimeLimit, type TimeLimit } from './time-limit.ts';
import { toHttpError } from './to-http-error.ts';

/** A request whose parts are not typed: the caller has checked them. */
export interface AnyRequest {
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

/** An answer whose body is read piece by piece. */
export interface OpenAnswer {
  body: ReadableStream<Uint8Array>;
  /** How long the caller waits for the next piece. The first one is waited for from the start. */
  limit: TimeLimit;
  /** The caller's signal. */
  signal: AbortSignal | undefined;
}

/** Sends operations. */
export interface Api {
  call: Caller;
  /** Sends one operation whose answer has any length, and resolves when the answer begins. */
  open(name: OperationName, request?: AnyRequest, options?: CallOptions): Promise<OpenAnswer>;
}

/** Sends one operation and resolves to the whole body of its answer. */
export type Caller = <Name extends OperationName>(
  name: Name,
  request?: AnyRequest,
  options?: CallOptions,
) => Promise<OperationAnswer<Name>>;

/** Written again, and compared by the compiler, so that the contracts' schemas stay out of a browser's bundle. */
const CSRF: typeof CSRF_HEADER = 'x-hookline-csrf';

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
export function createApi(options: ClientOptions): Api {
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
      url: `${base}${pathOf(route, request)}`,
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

  async function tryOnce<Answer>(
    call: PreparedCall,
    read: (response: Response, limit: TimeLimit) => Promise<Answer>,
  ): Promise<Answer> {
    const { route, signal, timeoutMs } = call;
    const authentication = await authenticate(options.key);
    const limit = createTimeLimit(timeoutMs);
    try {
      const response = await send(call.url, {
        method: route.method,
        headers: { ...call.headers, ...authentication },
        ...(call.body === undefined ? {} : { body: call.body }),
        signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
      });
      if (!response.ok) throw await toHttpError(response);
      return await read(response, limit);
    } catch (error) {
      if (error instanceof HooklineError) throw error;
      signal?.throwIfAborted();
      const what = `${route.method} ${call.url.split('?')[0]}`;
      if (limit.signal.aborted) {
        throw new Timeout('timeout', `${what} was not answered within ${timeoutMs} ms`, { cause: error });
      }
      throw new ConnectionFailed('connection_failed', `${what} was not answered`, { cause: error });
    } finally {
      limit.stop();
    }
  }

  async function run<Answer>(
    call: PreparedCall,
    read: (response: Response, limit: TimeLimit) => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await tryOnce(call, read);
      } catch (error) {
        if (attempt >= call.retries || !mayPass(error)) throw error;
        const delayMs = retryDelayMs(error.retryAfterMs, attempt, Math.random());
        if (delayMs === undefined) throw error;
        await sleep(delayMs, call.signal);
      }
    }
  }

  return {
    async call(name, request = {}, call = {}) {
      const route = routeOf(name);
      const read = (response: Response) => readAnswer(route, response);
      const answer = (await run(prepare(route, request, call), read)) as OperationAnswer<typeof name>;
      if (options.onWarning) for (const warning of warningsOf(answer)) options.onWarning(warning);
      return answer;
    },
    open(name, request = {}, call = {}) {
      const prepared = prepare(routeOf(name), request, call);
      return run(prepared, async ({ body }, limit) => {
        if (body === null) throw new TypeError('The answer has no body');
        return { body, limit, signal: prepared.signal };
      });
    },
  };
}

/** Without a key the browser adds the cookie of its session, and the gateway wants a header that no other origin can add. */
async function authenticate(key: KeySource | undefined): Promise<Record<string, string>> {
  if (key === undefined) return { [CSRF]: '1' };
  return { authorization: `Bearer ${typeof key === 'string' ? key : await key()}` };
}

async function readAnswer({ answer }: Route, response: Response): Promise<unknown> {
  if (answer === 'json' || answer === 'pages') return parseAnswer(await response.text(), response.status);
  return new Uint8Array(await response.arrayBuffer());
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

/** The method and the path of a call, with its parameters and its query, for showing the call to people. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

/** @throws {TypeError} when there is no such operation, or a parameter of its path is missing */
export function requestLineOf<Name extends OperationName>(
  name: Name,
  request: OperationRequest<Name>,
): RequestLine {
  const route = routeOf(name);
  return { method: route.method, path: pathOf(route, request as AnyRequest) };
}

const pathOf = ({ path }: Route, { params, query }: AnyRequest) =>
  `${fillPath(path, params)}${toSearch(query)}`;

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
