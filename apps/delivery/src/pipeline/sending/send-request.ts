import type { KeptMethod } from '@hookline/contracts';
import type { AddressGuard } from '@hookline/outbound';
import type { Dispatcher } from 'undici';
import { keepResponseHeaders } from '../../endpoints/headers/redact-headers.ts';
import { type AttemptFailure, failWith } from '../delivery/attempt-errors.ts';
import type { ConnectionFacts, ResponseEnd } from '../delivery/connection-facts.ts';
import { classifyError, classifyStatus } from './classify-outcome.ts';
import {
  type ClientCertificate,
  type Connection,
  type ConnectionAwareHandler,
  type ConnectionPools,
  type ConnectionPoolsOptions,
  createConnectionPools,
} from './connection-pools.ts';

export interface OutgoingRequest {
  method: KeptMethod;
  url: URL;
  /** Path and query, if they are not the URL's. */
  path?: string | undefined;
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** For the whole request: DNS, connection, headers and body of the answer. */
  timeoutMs: number;
  /** Requests of different partitions never share a connection. */
  partition: string;
  /** Sent to a receiver that asks for one. */
  clientCertificate?: ClientCertificate | undefined;
}

/** The result of a request. Times in milliseconds. */
export interface SendResult {
  startedAtMs: number;
  durationMs: number;
  firstByteMs: number | undefined;
  /** undefined: no connection was needed. */
  connection: ConnectionFacts | undefined;
  status: number | undefined;
  headers: Record<string, string> | undefined;
  /** The first MAX_RESPONSE_BYTES, not decompressed. */
  body: Buffer | undefined;
  responseEnd: ResponseEnd | undefined;
  failure: AttemptFailure | undefined;
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
export const MAX_RESPONSE_BYTES = 16_384;
/** Interim answers (1xx) before the final one. */
const MAX_INTERIM_RESPONSES = 20;

export interface Sender {
  send(request: OutgoingRequest): Promise<SendResult>;
  /** The numbers of open connections and of pools. */
  readonly sockets: number;
  readonly pools: number;
  close(): Promise<void>;
}

export type SenderOptions = Omit<ConnectionPoolsOptions, 'guard'>;

/**
 * Makes single requests: follows no redirect, decompresses nothing, reads a bounded part of the answer, and ends at a
 * deadline for the whole request (undici's body timeout is between chunks: single bytes would extend it for ever). Once
 * a status has arrived it decides, whatever happens to the body.
 */
export function createSender(guard: AddressGuard, options: SenderOptions = {}): Sender {
  const pools = createConnectionPools({ guard, ...options });
  const targetOf = createTargets(guard);
  return {
    send: (request) => send(pools, targetOf, request),
    get sockets() {
      return pools.sockets;
    },
    get pools() {
      return pools.pools;
    },
    close: () => pools.close(),
  };
}

interface Target {
  origin: string;
  path: string;
}

type Targets = (url: URL) => Target;

/**
 * The parts of a URL that each request needs, parsed once per URL object: an endpoint has the same object until it
 * changes. The host is checked here; the addresses that it resolves to are checked at each connection.
 */
function createTargets(guard: AddressGuard): Targets {
  const known = new WeakMap<URL, Target>();
  return (url) => {
    let target = known.get(url);
    if (!target) {
      guard.checkUrl(url);
      target = { origin: url.origin, path: url.pathname + url.search };
      known.set(url, target);
    }
    return target;
  };
}

function send(pools: ConnectionPools, targetOf: Targets, request: OutgoingRequest): Promise<SendResult> {
  return new Promise((resolve) => {
    const startedAtMs = Date.now();
    const start = performance.now();
    let pool: ReturnType<ConnectionPools['acquire']> | undefined;
    let current: Exchange | undefined;
    let settled = false;

    const timer = setTimeout(() => {
      const exchange = current;
      // Settled before the abort, because the abort reports its own error.
      finish(failWith('timeout', `No complete answer in ${request.timeoutMs / 1000} s`), 'timeout');
      exchange?.abort();
    }, request.timeoutMs);

    function finish(failure: AttemptFailure | undefined, end: ResponseEnd): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const status = current?.status;
      pool?.release(end === 'timeout' && status === undefined);
      resolve({
        startedAtMs,
        durationMs: performance.now() - start,
        firstByteMs: current?.firstByteAt === undefined ? undefined : current.firstByteAt - start,
        connection: current?.connectionFacts(),
        status,
        headers: current?.headers,
        body: status === undefined ? undefined : Buffer.concat(current?.chunks ?? []),
        responseEnd: status === undefined ? undefined : end,
        failure: status === undefined ? failure : classifyStatus(status),
      });
    }

    function exchange(path: string, mayRepeat: boolean): void {
      current = new Exchange((error) => {
        if (settled) return;
        if (error === undefined) {
          finish(undefined, current?.isCut ? 'cut' : 'complete');
          return;
        }
        const failure = classifyError(error);
        // A receiver may close an idle connection just as a request is sent on it: that says nothing about the
        // receiver. If it did read the request, it recognises the repeat by its id.
        if (mayRepeat && failure.code === 'connection_reset' && current?.wasLostWhileIdle)
          exchange(path, false);
        else finish(failure, 'broken');
      });
      pool?.dispatch(
        {
          path,
          method: request.method,
          headers: request.headers,
          // With an optional body, an empty one is sent as none.
          body: request.body.length === 0 && BODILESS.has(request.method) ? null : request.body,
        },
        current,
      );
    }

    try {
      const { origin, path } = targetOf(request.url);
      pool = pools.acquire({
        partition: request.partition,
        origin,
        clientCertificate: request.clientCertificate,
      });
      exchange(request.path ?? path, true);
    } catch (error) {
      finish(classifyError(error), 'broken');
    }
  });
}

/** One request over one connection, and its answer. */
class Exchange implements ConnectionAwareHandler {
  client?: { readonly connection: Connection | undefined };
  isSettled = false;
  isCut = false;
  status: number | undefined;
  headers: Record<string, string> | undefined;
  readonly chunks: Buffer[] = [];
  firstByteAt: number | undefined;
  readonly #onEnd: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #connection: Connection | undefined;
  #isReused = false;
  #kept = 0;
  #interim = 0;

  /** @param onEnd called once; without an error when the answer, or the recorded part of it, is complete */
  constructor(onEnd: (error: unknown) => void) {
    this.#onEnd = onEnd;
  }

  get wasLostWhileIdle(): boolean {
    return this.#isReused && this.status === undefined;
  }

  connectionFacts(): ConnectionFacts | undefined {
    // For a request that never began, the facts of its connection say how far it came.
    const made = this.#connection ?? this.client?.connection;
    if (!made) return undefined;
    const { httpVersion, dnsMs, connectMs, tlsMs } = made;
    return this.#isReused
      ? { isReused: true, httpVersion, dnsMs: undefined, connectMs: undefined, tlsMs: undefined }
      : { isReused: false, httpVersion, dnsMs, connectMs, tlsMs };
  }

  abort(): void {
    this.isSettled = true;
    this.#controller?.abort(new Error('nobody waits for it'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.isSettled) {
      controller.abort(new Error('nobody waits for it'));
      return;
    }
    this.#connection = this.client?.connection;
    if (!this.#connection) return;
    this.#isReused = this.#connection.requests++ > 0;
    this.#connection.interim?.expectAnswer();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) {
      if (++this.#interim <= MAX_INTERIM_RESPONSES) return;
      this.#end(Object.assign(new Error('bad response'), { code: 'UND_ERR_SOCKET' }));
      controller.abort(new Error('too many interim answers'));
      return;
    }
    this.firstByteAt = performance.now();
    this.status = status;
    this.headers = keepResponseHeaders(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = MAX_RESPONSE_BYTES - this.#kept;
    this.chunks.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
    this.#kept += Math.min(chunk.length, room);
    if (chunk.length <= room) return;
    this.isCut = true;
    // The recorded part is complete and the status is known: do not wait for an endless body.
    this.#end(undefined);
    controller.abort(new Error('the answer is longer than is kept'));
  }

  onResponseEnd(): void {
    this.#end(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    const told = error.code === 'UND_ERR_SOCKET' ? this.client?.connection?.error : undefined;
    this.#end(told ?? error);
  }

  #end(error: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#onEnd(error);
  }
}
