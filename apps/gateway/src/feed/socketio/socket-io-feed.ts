import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, FEED_LIMITS, FEED_PATHS, type MonitoringUpdate } from '@hookline/contracts';
import { toApiError } from '@hookline/service';
import { Server, type Socket } from 'socket.io';
import type { Identity } from '../../auth/identity.ts';
import type { Monitor } from '../monitoring/monitor.ts';
import { FeedSession } from '../sessions/feed-session.ts';
import type { SessionContext } from '../sessions/session-context.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { readCommands } from './read-commands.ts';
import { type EncodePackets, encodeRepositoryPackets, encodeWebhookPackets } from './socket-io-packets.ts';
import { SocketIoTransport } from './socket-io-transport.ts';

export interface SocketIoFeedOptions {
  context: SessionContext;
  registry: SessionRegistry;
  allowedOrigins: readonly string[];
  /** The id of a new session: it begins with the id of this replica. */
  generateId: () => string;
  monitor: Monitor;
}

/** The official server of Socket.IO, as a transport of the feed. */
export interface SocketIoFeed {
  /** Connections, whatever namespaces they use. */
  readonly connections: number;
  /** Connections without a session: nobody knows who they are from. */
  readonly unauthenticated: number;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

type Connection = Socket['conn'];

interface Namespace {
  encode: EncodePackets;
  takesRaw?: boolean;
  isMonitoring?: boolean;
}

const NAMESPACES: Readonly<Record<string, Namespace>> = {
  '/': { encode: encodeRepositoryPackets },
  '/webhooks': { encode: encodeWebhookPackets, takesRaw: true },
  '/monitoring': { encode: () => [], isMonitoring: true },
};

/** Node's code of a connection that ended without one. */
const ABNORMAL = 1006;
const NORMAL = 1000;

export function createSocketIoFeed(options: SocketIoFeedOptions): SocketIoFeed {
  const { context, registry, monitor, allowedOrigins } = options;
  const { settings, logger, authentication } = context;
  // It never listens: requests and upgrades are handed to it once the gateway has let them through.
  const dispatcher = createServer();
  const io = new Server(dispatcher, {
    path: FEED_PATHS.socketIo,
    serveClient: true,
    destroyUpgrade: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: FEED_LIMITS.messageBytes,
    connectTimeout: settings.authenticationTimeoutMs,
    pingInterval: settings.pingIntervalMs,
    pingTimeout: settings.pongTimeoutMs,
    ...(allowedOrigins.length > 0 ? { cors: { origin: [...allowedOrigins], credentials: true } } : {}),
  });
  io.engine.generateId = options.generateId;
  io.engine.on('connection', ({ transport }: Connection) => {
    // How long the end of a session waits for a client that polls no more. Default 30 s.
    if (transport.name === 'polling') Object.assign(transport, { closeTimeout: settings.closeTimeoutMs });
  });
  /** How many sessions each connection has. */
  const sessionCounts = new Map<Connection, number>();

  for (const [name, namespace] of Object.entries(NAMESPACES)) {
    io.of(name)
      .use((socket, next) => {
        identify(socket, namespace).then(
          (identity) => {
            socket.data = identity;
            next();
          },
          (error: unknown) => next(toConnectError(error)),
        );
      })
      .on('connection', (socket) => open(socket, namespace));
  }

  const addressOf = (socket: Socket) => authentication.addressOf(socket.request as IncomingMessage);

  async function identify(socket: Socket, { isMonitoring }: Namespace): Promise<Identity> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const identity =
      typeof token === 'string'
        ? await authentication.byToken(token, addressOf(socket))
        : await authentication.byRequest(socket.request as IncomingMessage);
    if (!identity) {
      throw new ApiError('unauthenticated', { message: 'Connect with auth: { token: "hl_…" }' });
    }
    if (isMonitoring && identity.principal.role !== 'operator') {
      throw new ApiError('forbidden', { message: 'Only operators may follow /monitoring' });
    }
    return identity;
  }

  /** An error that the client's `connect_error` gets. */
  function toConnectError(error: unknown): Error {
    const apiError = toApiError(error);
    if (apiError.code === 'internal')
      logger.error({ err: apiError.cause }, 'a client of Socket.IO could not be authenticated');
    return Object.assign(new Error(apiError.message), { data: { code: apiError.code } });
  }

  function open(socket: Socket, { encode, takesRaw = false, isMonitoring = false }: Namespace): void {
    const transport = new SocketIoTransport(socket, encode, settings.closeTimeoutMs);
    let unfollow: (() => void) | undefined;
    const session: FeedSession = new FeedSession({
      context,
      transport,
      address: addressOf(socket),
      identity: socket.data as Identity,
      takesRaw,
      onlyOperators: isMonitoring,
      takesSubscriptions: !isMonitoring,
      onOpen() {
        if (isMonitoring) unfollow = monitor.follow((update) => sendUpdate(socket, session, update));
      },
      onGone() {
        unfollow?.();
        registry.remove(session);
      },
    });
    const { conn } = socket;
    sessionCounts.set(conn, (sessionCounts.get(conn) ?? 0) + 1);
    socket.on('disconnect', (reason) => {
      session.gone(reason === 'client namespace disconnect' ? NORMAL : ABNORMAL);
      leave(conn);
    });
    readCommands(socket, session, transport);
    registry.add(session);
  }

  /** A connection that has left its last namespace is closed, unless it joins another one. */
  function leave(conn: Connection): void {
    const left = (sessionCounts.get(conn) ?? 0) - 1;
    if (left > 0) {
      sessionCounts.set(conn, left);
      return;
    }
    sessionCounts.delete(conn);
    if (conn.readyState !== 'open') return;
    const timer = setTimeout(() => {
      if (!sessionCounts.has(conn)) conn.close();
    }, settings.authenticationTimeoutMs);
    conn.once('close', () => clearTimeout(timer));
  }

  function sendUpdate(socket: Socket, session: FeedSession, update: MonitoringUpdate): void {
    if (session.isClosing) return;
    socket.emit('update', update);
    if (session.transport.bufferedBytes > settings.maxBufferedBytes) session.cutOff();
  }

  return {
    get connections() {
      return io.engine.clientsCount;
    },
    get unauthenticated() {
      return io.engine.clientsCount - sessionCounts.size;
    },
    handleRequest(request, response) {
      dispatcher.emit('request', request, response);
    },
    handleUpgrade(request, socket, head) {
      dispatcher.emit('upgrade', request, socket, head);
    },
    async close() {
      io.engine.close();
      for (const name of Object.keys(NAMESPACES)) io.of(name).disconnectSockets();
    },
  };
}
