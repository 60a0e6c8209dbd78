import type { HttpMethod } from '@hookline/contracts';
import type { AddressGuard } from '@hookline/outbound';
import { Agent, type Dispatcher } from 'undici';
import { type AttemptFailure, classifyError, classifyStatus } from './classify-outcome.ts';

/** What the sender shows in the TLS handshake, and whom alone it trusts; PEM. */
export interface ClientCertificate {
  cert: string;
  key: string;
  ca: string | undefined;
}

export interface OutgoingRequest {
  method: HttpMethod;
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  /** For everything together: name, connection, headers and body of the answer. */
  timeoutMs: number;
  clientCertificate?: ClientCertificate | undefined;
}

/** What came back. Times in milliseconds. */
export interface SendResult {
  startedAtMs: number;
  durationMs: number;
  firstByteMs: number | undefined;
  status: number | undefined;
  headers: Record<string, string> | undefined;
  /** The first MAX_RESPONSE_BYTES. */
  body: Buffer | undefined;
  failure: AttemptFailure | undefined;
}

export const MAX_RESPONSE_BYTES = 16_384;
const MAX_RESPONSE_HEADERS = 50;

export interface Sender {
  send(request: OutgoingRequest): Promise<SendResult>;
  close(): Promise<void>;
}

/**
 * Makes single requests: never follows a redirect, never decompresses, reads a bounded part of the answer, and ends
 * at a deadline that covers everything (undici's own body timeout is between chunks: one byte now and then holds it
 * off for ever).
 */
export function createSender(guard: AddressGuard): Sender {
  const agent = new Agent({
    connect: { lookup: guard.lookup, timeout: 5_000 },
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 16_384,
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });
  return {
    send: (request) => send(agent, guard, request),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, guard: AddressGuard, request: OutgoingRequest): Promise<SendResult> {
  return new Promise((resolve) => {
    const startedAtMs = Date.now();
    const start = performance.now();
    let controller: Dispatcher.DispatchController | undefined;
    let firstByteMs: number | undefined;
    let status: number | undefined;
    let headers: Record<string, string> | undefined;
    const chunks: Buffer[] = [];
    let kept = 0;
    let settled = false;

    const timer = setTimeout(() => {
      const message = `No complete answer in ${request.timeoutMs / 1000} s`;
      // Settled before the abort, which reports an error of its own.
      finish({ code: 'timeout', message });
      controller?.abort(new Error(message));
    }, request.timeoutMs);

    function finish(failure: AttemptFailure | undefined): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve({
        startedAtMs,
        durationMs: performance.now() - start,
        firstByteMs,
        status,
        headers,
        body: status === undefined ? undefined : Buffer.concat(chunks),
        failure,
      });
    }

    try {
      guard.checkUrl(request.url);
      agent.dispatch(
        {
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: request.headers,
          body: request.body,
        },
        {
          onRequestStart(started) {
            controller = started;
            if (settled) started.abort(new Error('too late'));
          },
          onResponseStart(_controller, statusCode, responseHeaders) {
            firstByteMs = performance.now() - start;
            status = statusCode;
            headers = flattenHeaders(responseHeaders);
          },
          onResponseData(dataController, chunk) {
            const room = MAX_RESPONSE_BYTES - kept;
            if (chunk.length <= room) {
              chunks.push(chunk);
              kept += chunk.length;
              return;
            }
            chunks.push(chunk.subarray(0, room));
            kept = MAX_RESPONSE_BYTES;
            // Enough to show what came back, and the status is known: do not wait for an endless body.
            finish(classifyStatus(status ?? 0));
            dataController.abort(new Error('the answer is longer than is kept'));
          },
          onResponseEnd() {
            finish(classifyStatus(status ?? 0));
          },
          onResponseError(_controller, error) {
            finish(classifyError(error));
          },
        },
      );
    } catch (error) {
      finish(classifyError(error));
    }
  });
}

function flattenHeaders(received: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  let count = 0;
  for (const name in received) {
    if (count++ === MAX_RESPONSE_HEADERS) break;
    const value = received[name];
    if (value === undefined) continue;
    // A receiver's cookies are its own business.
    headers[name] = name === 'set-cookie' ? '[redacted]' : String(value).slice(0, 1_000);
  }
  return headers;
}
