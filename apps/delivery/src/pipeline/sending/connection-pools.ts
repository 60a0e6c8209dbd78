import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { type AddressGuard, createGuardedConnector, type GuardedConnector } from '@hookline/outbound';
import { Client, type Dispatcher, Pool } from 'undici';
import { type ContinueSkipper, skipContinue } from './skip-continue.ts';

/** A client certificate. PEM. */
export interface ClientCertificate {
  cert: string;
  key: string;
  /** The trusted authorities for the receiver's certificate, in place of the machine's. */
  ca?: string | undefined;
}

/** The times of a connection; a step that was not needed is undefined. */
export interface Connection {
  dnsMs: number | undefined;
  connectMs: number | undefined;
  tlsMs: number | undefined;
  httpVersion: '1.1' | '2' | undefined;
  /** How many requests have started on it. */
  requests: number;
  /** For HTTP/1.1: called when a request is sent. */
  interim: ContinueSkipper | undefined;
  /** Its first error, which may be more exact than undici's: a TLS alert, for example. */
  error: Error | undefined;
}

/** A request's handler that can learn its connection. */
export interface ConnectionAwareHandler extends Dispatcher.DispatchHandler {
  /** Whether the caller no longer waits, so that no connection is needed. */
  readonly isSettled: boolean;
  /** Set when the request leaves the pool's queue. */
  client?: { readonly connection: Connection | undefined };
}

export interface PoolTarget {
  /** Requests of different partitions never share a connection. */
  partition: string;
  origin: string;
  clientCertificate: ClientCertificate | undefined;
}

export interface ConnectionPools {
  /**
   * The target's pool, which is created if there is none. The caller releases it once, when its request has ended:
   * with `mayBeBroken` if nothing was received, so that the next request uses another connection (an HTTP/2 session
   * whose peer has vanished would swallow one request after the other).
   * @throws Error with the code `client_certificate_invalid`
   */
  acquire(target: PoolTarget): {
    dispatch(options: Omit<Dispatcher.DispatchOptions, 'origin'>, handler: ConnectionAwareHandler): void;
    release(mayBeBroken: boolean): void;
  };
  readonly pools: number;
  readonly sockets: number;
  close(): Promise<void>;
}

export interface ConnectionPoolsOptions {
  guard: AddressGuard;
  /** Trusted authorities, in place of the machine's. PEM. */
  certificateAuthorities?: string | undefined;
  /** An idle connection is closed after this time. */
  keepAliveMs?: number | undefined;
  /** Idle connections at most; above this number the least recently used pool is closed. */
  maxIdleSockets?: number | undefined;
}

/** For DNS, TCP and TLS together. */
const CONNECT_TIMEOUT_MS = 5_000;

interface Entry {
  pool: Pool;
  inUse: number;
  sockets: number;
}

/** Measures its connections, and tells each request its connection. */
class TrackedClient extends Client {
  connection: Connection | undefined;

  constructor(origin: URL, options: Client.Options, connect: GuardedConnector) {
    super(origin, {
      ...options,
      connect: (target, callback) => {
        const connection = newConnection();
        this.connection = connection;
        const socket = connect(target, (...result) => {
          const [, connected] = result;
          if (connected) {
            connection.httpVersion = isHttp2(connected) ? '2' : '1.1';
            if (connection.httpVersion === '1.1') connection.interim = skipContinue(connected as Socket);
          }
          callback(...result);
        });
        timeConnection(socket, connection);
      },
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const aware = handler as ConnectionAwareHandler;
    // It was in the pool's queue for so long that its caller no longer waits.
    if (aware.isSettled) return true;
    aware.client = this;
    return super.dispatch(options, handler);
  }
}

/**
 * Connections to receivers: kept open for the next request, closed when idle, and bounded in number. A pool exists as
 * long as it has a request or a socket.
 */
export function createConnectionPools(options: ConnectionPoolsOptions): ConnectionPools {
  const { guard, certificateAuthorities, keepAliveMs = 30_000, maxIdleSockets = 1_000 } = options;
  // In order of use, the most recently used pool last.
  const entries = new Map<string, Entry>();
  let sockets = 0;
  let inUse = 0;

  const plain = createGuardedConnector(guard, {
    timeout: CONNECT_TIMEOUT_MS,
    preferH2: true,
    ...(certificateAuthorities === undefined ? {} : { ca: certificateAuthorities }),
  });

  function retire(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key);
    // Not within one of its own callbacks, because its parser may be running.
    queueMicrotask(() => void entry.pool.destroy());
  }

  /** Closes the least recently used pools while more idle connections are open than allowed. */
  function trim(): void {
    if (sockets - inUse <= maxIdleSockets) return;
    for (const [key, entry] of entries) {
      if (entry.inUse > 0) continue;
      retire(key, entry);
      return;
    }
  }

  function open(key: string, { origin, clientCertificate }: PoolTarget): Entry {
    const connect = clientCertificate ? connectorWith(clientCertificate) : plain;
    const counted: GuardedConnector = (target, callback) => {
      const socket = connect(target, callback);
      entry.sockets++;
      sockets++;
      socket.once('close', () => {
        entry.sockets--;
        sockets--;
        if (entry.sockets === 0 && entry.inUse === 0) retire(key, entry);
      });
      return socket;
    };
    const pool = new Pool(origin, {
      factory: (url, clientOptions) => new TrackedClient(url, clientOptions, counted),
      // The clients create their own connections.
      connect: () => undefined,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      maxHeaderSize: 16_384,
      // The sender has its own deadline for the whole request. This longer one is for requests that never begin,
      // because the receiver allows no HTTP/2 stream at all.
      headersTimeout: 40_000,
      bodyTimeout: 0,
      pipelining: 1,
    });
    const entry: Entry = { pool, inUse: 0, sockets: 0 };
    return entry;
  }

  function connectorWith({ cert, key, ca }: ClientCertificate): GuardedConnector {
    const authorities = ca ?? certificateAuthorities;
    try {
      const secureContext = createSecureContext({ cert, key, ...(authorities ? { ca: authorities } : {}) });
      return createGuardedConnector(guard, { timeout: CONNECT_TIMEOUT_MS, preferH2: true, secureContext });
    } catch (cause) {
      const message = `The client certificate cannot be used: ${(cause as Error).message}`;
      throw Object.assign(new Error(message, { cause }), { code: 'client_certificate_invalid' });
    }
  }

  return {
    acquire(target) {
      const key = keyOf(target);
      const entry = entries.get(key) ?? open(key, target);
      entries.delete(key);
      entries.set(key, entry);
      entry.inUse++;
      inUse++;
      return {
        dispatch: (dispatchOptions, handler) => void entry.pool.dispatch(dispatchOptions, handler),
        release(mayBeBroken) {
          entry.inUse--;
          inUse--;
          if (mayBeBroken && entries.get(key) === entry) entries.delete(key);
          if (entry.inUse === 0 && (entry.sockets === 0 || entries.get(key) !== entry)) retire(key, entry);
          trim();
        },
      };
    },
    get pools() {
      return entries.size;
    },
    get sockets() {
      return sockets;
    },
    async close() {
      await Promise.all([...entries.values()].map(({ pool }) => pool.destroy()));
      entries.clear();
    },
  };
}

const newConnection = (): Connection => ({
  dnsMs: undefined,
  connectMs: undefined,
  tlsMs: undefined,
  httpVersion: undefined,
  requests: 0,
  interim: undefined,
  error: undefined,
});

const isHttp2 = (socket: object) => (socket as { alpnProtocol?: unknown }).alpnProtocol === 'h2';

function timeConnection(socket: Socket, connection: Connection): void {
  let lastMs = performance.now();
  const sinceLast = () => {
    const ms = performance.now() - lastMs;
    lastMs += ms;
    return ms;
  };
  socket.once('error', (error) => {
    connection.error = error;
  });
  socket.once('lookup', () => {
    connection.dnsMs = sinceLast();
  });
  socket.once('connect', () => {
    connection.connectMs = sinceLast();
  });
  socket.once('secureConnect', () => {
    connection.tlsMs = sinceLast();
  });
}

/** By content: a renewed certificate gets new connections. */
function keyOf({ partition, origin, clientCertificate }: PoolTarget): string {
  const key = `${partition}\n${origin}`;
  if (!clientCertificate) return key;
  const { cert, key: privateKey, ca = '' } = clientCertificate;
  return `${key}\n${createHash('sha256').update(`${cert}\n${privateKey}\n${ca}`).digest('hex')}`;
}
