import type { Readable } from 'node:stream';
import { ApiError, type ServiceName } from '@hookline/contracts';
import { RETRY_AFTER_SECONDS } from '@hookline/service';
import { type Dispatcher, Pool } from 'undici';

export interface UpstreamRequest {
  method: string;
  /** Path and query, unchanged. */
  path: string;
  /** Name, value, name, value …, or by name. */
  headers: string[] | Record<string, string>;
  body?: Buffer | Readable | undefined;
  /** How long to wait for the response headers. Default 10 s. */
  headersTimeoutMs?: number | undefined;
  /** Whether the answer may take any time once it has begun. Default false. */
  isStream?: boolean | undefined;
  /** Aborts the request when the caller disconnects. */
  signal: AbortSignal;
}

export type UpstreamAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** Another service, as the gateway calls it. */
export interface Upstream {
  readonly name: ServiceName;
  /**
   * Sends a request and resolves with the response headers; the body follows as a stream. A GET is sent once more if a
   * kept-alive connection turns out to be closed. No other request is sent twice.
   * @throws ApiError `unavailable`; the error of the body or the reason of the signal
   */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** @throws if the service does not answer */
  checkAlive(): Promise<void>;
  /** Whether the service is ready. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
const HEADERS_TIMEOUT_MS = 10_000;
const TOTAL_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 1_500;
const MAX_CONNECTIONS = 256;

/** The error codes of undici and Node for a connection that the other side has closed. */
const STALE_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const UNAVAILABLE = new Set([
  ...STALE_CONNECTION,
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

const codeOf = (error: unknown) => String((error as { code?: unknown }).code);
/** HPE_…: the response is not HTTP. */
const isUnavailable = (error: unknown) => UNAVAILABLE.has(codeOf(error)) || codeOf(error).startsWith('HPE_');

/**
 * @param url the service's origin, e.g. http://127.0.0.1:3001
 * @param totalTimeoutMs how long an answer that is no stream may take in all
 */
export function createUpstream(
  name: ServiceName,
  url: string,
  totalTimeoutMs: number = TOTAL_TIMEOUT_MS,
): Upstream {
  const pool = new Pool(new URL(url).origin, {
    connections: MAX_CONNECTIONS,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    bodyTimeout: TOTAL_TIMEOUT_MS,
  });

  const unavailable = (message: string, cause: unknown) =>
    new ApiError('unavailable', { message, cause, retryAfterSeconds: RETRY_AFTER_SECONDS });

  async function send(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), totalTimeoutMs);
    const onGone = () => deadline.abort(request.signal.reason);
    request.signal.addEventListener('abort', onGone, { once: true });
    const release = () => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', onGone);
    };
    try {
      const answer = await sendOnceOrTwice(request, deadline.signal);
      if (request.isStream) clearTimeout(timer);
      answer.body.once('close', release);
      return answer;
    } catch (error) {
      release();
      if (request.signal.aborted) throw error;
      if (deadline.signal.aborted || isUnavailable(error)) {
        const late = deadline.signal.aborted || codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT';
        throw unavailable(
          late ? `The ${name} service did not answer in time` : `The ${name} service does not answer`,
          error,
        );
      }
      throw error;
    }
  }

  async function sendOnceOrTwice(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { method, path, headers, body, headersTimeoutMs = HEADERS_TIMEOUT_MS } = request;
    const options = {
      method: method as Dispatcher.HttpMethod,
      path,
      headers,
      signal,
      headersTimeout: headersTimeoutMs,
      ...(body === undefined ? {} : { body }),
    };
    try {
      return await pool.request(options);
    } catch (error) {
      if (method !== 'GET' || body !== undefined || !STALE_CONNECTION.has(codeOf(error))) throw error;
      return pool.request(options);
    }
  }

  async function probe(path: string): Promise<number> {
    const answer = await pool.request({ method: 'GET', path, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await answer.body.dump();
    return answer.statusCode;
  }

  return {
    name,
    send,
    async checkAlive() {
      const status = await probe('/healthz').catch((error: unknown) => {
        throw new Error(`the ${name} service does not answer`, { cause: error });
      });
      if (status !== 200) throw new Error(`the ${name} service answers ${status}`);
    },
    isReady: () =>
      probe('/readyz').then(
        (status) => status === 200,
        () => false,
      ),
    close: () => pool.close(),
  };
}
