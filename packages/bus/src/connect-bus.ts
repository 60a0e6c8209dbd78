import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { BusError } from './errors.ts';
import { within } from './within.ts';

/** The part of a logger that this package uses. */
export interface BusLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface BusOptions {
  /** One address or several, separated by commas. */
  url: string;
  /** Shown in the server's connection list. */
  name: string;
  logger: BusLogger;
  /** Called when the connection has closed for good: the process must end. */
  onClosed: (error: Error | undefined) => void;
  /** How long to try the first connection before the start fails, to 5 s. Default 30 s. */
  connectTimeoutMs?: number;
}

export interface Bus {
  readonly connection: NatsConnection;
  readonly jetStream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** False while disconnected: the client then silently drops published messages. */
  readonly connected: boolean;
  /** Calls back on each change of `connected`. Returns a function that stops that. */
  onConnectionChange(listener: (connected: boolean) => void): () => void;
  /** Whether the server stores batches atomically (2.12 and newer). */
  readonly supportsAtomicBatches: boolean;
  readonly serverVersion: string;
  /** Flushes for up to two seconds, and ends the connection. */
  close(): Promise<void>;
}

/** Otherwise a server that hangs would keep the process from ending. */
const FLUSH_TIMEOUT_MS = 2_000;
const MINIMUM_SERVER = [2, 10] as const;
const ATOMIC_BATCHES = [2, 12] as const;

export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

/**
 * Connects to NATS and stays connected: reconnects without end, notices a dead connection in 20 s (with the client's
 * default it takes up to six minutes), and reports when it is disconnected.
 * @throws BusError `server_too_old`: checked here, because older servers silently ignore newer requests
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const connection = await connectWithRetry(options);
  const serverVersion = connection.info?.version ?? '0';
  if (!isAtLeast(serverVersion, MINIMUM_SERVER)) {
    await connection.close();
    throw new BusError(
      'server_too_old',
      `nats-server ${serverVersion} is too old: Hookline needs ${MINIMUM_SERVER.join('.')} or newer`,
    );
  }
  let connected = true;
  let closing = false;
  const listeners = new Set<(connected: boolean) => void>();
  const setConnected = (value: boolean) => {
    if (connected === value) return;
    connected = value;
    for (const listener of listeners) listener(value);
  };

  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') {
        setConnected(false);
        options.logger.warn({ server: connection.getServer() }, 'disconnected from NATS');
      } else if (status.type === 'reconnect') {
        setConnected(true);
        options.logger.info({ server: connection.getServer() }, 'connected to NATS again');
      } else if (status.type === 'error') {
        options.logger.error({ err: status.error }, 'NATS reports an error');
      }
    }
  })();
  void connection.closed().then((error) => {
    setConnected(false);
    if (!closing) options.onClosed(error instanceof Error ? error : undefined);
  });

  return {
    connection,
    jetStream: jetstream(connection),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    get connected() {
      return connected;
    },
    onConnectionChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    supportsAtomicBatches: isAtLeast(serverVersion, ATOMIC_BATCHES),
    serverVersion,
    async close() {
      closing = true;
      // Flushes what has been written; drain() would wait for subscriptions that consumers have already ended.
      await within(FLUSH_TIMEOUT_MS, connection.flush());
      await connection.close();
    },
  };
}

async function connectWithRetry(options: BusOptions): Promise<NatsConnection> {
  const deadline = performance.now() + (options.connectTimeoutMs ?? 30_000);
  for (;;) {
    try {
      return await connect({
        servers: options.url.split(',').map((each) => each.trim()),
        name: options.name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        pingInterval: 10_000,
        maxPingOut: 2,
        timeout: 5_000,
        ignoreAuthErrorAbort: true,
      });
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      options.logger.warn({ err: error }, 'NATS does not answer yet; trying again');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
