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
  /** Path and query where they are not the URL's. */
  path?: string | undefined;
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** For everything together: name, connection, headers and body of the answer. */
  timeoutMs: number;
  /** Whose request it is: nothing of it shares a connection with another's. */
  partition: string;
  /** Shown to a receiver that asks for one. */
  clientCertificate?: ClientCertificate | undefined;
}

/** What came back. Times in milliseconds. */
export interface SendResult {
  startedAtMs: number;
  durationMs: number;
  firstByteMs: number | undefined;
  /** undefined: no connection was asked for. */
  connection: ConnectionFacts | undefined;
  status: number | undefined;
  headers: Record<string, string> | undefined;
  /** The first MAX_RESPONSE_BYTES, as they came: what is compressed stays so. */
  body: Buffer | undefined;
  responseEnd: ResponseEnd | undefined;
  failure: AttemptFailure | undefined;
}

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
export const MAX_RESPONSE_BYTES = 16_384;
/** Interim answers (1xx) before the real one. */
const MAX_INTERIM_RESPONSES = 20;

export interface Sender {
  send(request: OutgoingRequest): Promise<SendResult>;
  /** Connections that are open, and pools that keep them. */
  readonly sockets: number;
  readonly pools: number;
  close(): Promise<void>;
}

export type SenderOptions = Omit<ConnectionPoolsOptions, 'guard'>;

/**
 * Makes single requests: never follows a redirect, never decompresses, reads a bounded part of the answer, and ends
 * at a deadline that covers everything (undici's own body timeout is between chunks: one byte now and then holds it
 * off for ever). Once there is a status, the status decides: what becomes of the body after it changes nothing.
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
 * What is asked of a URL for each request, found once: an endpoint's is the same object for as long as the endpoint is
 * unchanged. Names are judged here; what they resolve to is judged at each connection.
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
      // Settled before the abort, which reports an error of its own.
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
        // A receiver may close an idle connection just when a request sets out on it: that says nothing about the
        // receiver. What it may have seen of the request it will know again by its id.
        if (mayRepeat && failure.code === 'connection_reset' && current?.wasLostWhileIdle)
          exchange(path, false);
        else finish(failure, 'broken');
      });
      pool?.dispatch(
        {
          path,
          method: request.method,
          headers: request.headers,
          // An empty body is none to those methods that need not have one.
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

/** One request over one connection, and what comes back. */
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

  /** @param onEnd called once, without an error when the answer is whole, or as much of it as is kept */
  constructor(onEnd: (error: unknown) => void) {
    this.#onEnd = onEnd;
  }

  get wasLostWhileIdle(): boolean {
    return this.#isReused && this.status === undefined;
  }

  connectionFacts(): ConnectionFacts | undefined {
    // A request that never began shows how far its connection came.
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
    // Enough to show what came back, and the status is known: do not wait for an endless body.
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
