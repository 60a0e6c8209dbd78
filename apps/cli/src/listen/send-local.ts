import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LocalRequest } from './local-request.ts';

/** What became of a request to a local server. */
export type LocalResult =
  | {
      kind: 'answered';
      status: number;
      headers: readonly (readonly [name: string, value: string])[];
      /** The first 64 KB. */
      body: Uint8Array;
      isCut: boolean;
      durationMs: number;
    }
  /** Nothing was sent: nobody listens there, or the name is unknown. */
  | { kind: 'refused'; message: string; durationMs: number }
  /** The connection broke before the answer: the server may or may not have seen the request. */
  | { kind: 'broken'; message: string; durationMs: number }
  | { kind: 'timeout'; message: string; durationMs: number }
  /** It would fail again, such as a certificate that is not trusted. */
  | { kind: 'impossible'; message: string; durationMs: number };

export interface SendOptions {
  timeoutMs: number;
  /** Whether a certificate may be of anybody. */
  insecure: boolean;
  signal: AbortSignal;
}

const MAX_BODY_BYTES = 65_536;
/** Errors before anything was sent. */
const REFUSED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/** Sends one request on a connection of its own: one that is kept open may be closed just when it is used again. */
export function sendLocal(
  { method, url, headers, body }: LocalRequest,
  { timeoutMs, insecure, signal }: SendOptions,
): Promise<LocalResult> {
  const start = performance.now();
  const duration = () => performance.now() - start;
  return new Promise<LocalResult>((resolve, reject) => {
    const { protocol, hostname, port, origin } = new URL(url);
    const isSecure = protocol === 'https:';
    const send = isSecure ? requestHttps : requestHttp;
    const request = send({
      protocol,
      // Of IPv6 without the brackets of the URL.
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      path: url.slice(origin.length) || '/',
      method,
      agent: false,
      signal,
      ...(isSecure ? { rejectUnauthorized: !insecure } : {}),
    });
    for (const [name, values] of groupByName(headers)) request.setHeader(name, values);
    // Also of length 0: without it Node would send `transfer-encoding: chunked` for methods that usually have a body.
    if (body.length > 0 || !['GET', 'HEAD'].includes(method))
      request.setHeader('content-length', body.length);
    const timer = setTimeout(() => {
      resolve({
        kind: 'timeout',
        message: `no answer within ${timeoutMs / 1_000} s`,
        durationMs: duration(),
      });
      request.destroy();
    }, timeoutMs);
    const settle = (result: LocalResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else settle(describeFailure(error, duration()));
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        if (bytes < MAX_BODY_BYTES) chunks.push(chunk.subarray(0, MAX_BODY_BYTES - bytes));
        bytes += chunk.length;
      });
      response.on('error', (error: NodeJS.ErrnoException) => settle(describeFailure(error, duration())));
      response.on('end', () =>
        settle({
          kind: 'answered',
          status: response.statusCode ?? 0,
          headers: pairs(response.rawHeaders),
          body: Buffer.concat(chunks),
          isCut: bytes > MAX_BODY_BYTES,
          durationMs: duration(),
        }),
      );
    });
    request.end(body);
  }).catch((error: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    // A header or a method that HTTP does not allow.
    return { kind: 'impossible', message: error.message, durationMs: duration() };
  });
}

function describeFailure(error: NodeJS.ErrnoException, durationMs: number): LocalResult {
  // Node tries all addresses of a name: each has its own error.
  const inner = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  const [first = error] = inner;
  const message = first.message;
  if (inner.every(({ code = '' }) => REFUSED.has(code))) return { kind: 'refused', message, durationMs };
  const code = first.code ?? '';
  if (/^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO|HPE_|ERR_INVALID)/.test(code))
    return { kind: 'impossible', message, durationMs };
  return { kind: 'broken', message, durationMs };
}

function groupByName(headers: LocalRequest['headers']): Map<string, string | string[]> {
  const groups = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const before = groups.get(name);
    groups.set(name, before === undefined ? value : [before, value].flat());
  }
  return groups;
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[2 * index] as string,
    flat[2 * index + 1] as string,
  ]);
}
