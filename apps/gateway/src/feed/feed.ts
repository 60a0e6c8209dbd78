import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, EventsStream } from '@hookline/bus';
import { FEED_CLOSE, FEED_PATHS } from '@hookline/contracts';
import type { Logger, Registry } from '@hookline/service';
import type { UpgradeAuthentication } from '../auth/upgrade-authentication.ts';
import { createFeedMetrics } from './feed-metrics.ts';
import { FEED_DEFAULTS, type FeedSettings } from './feed-settings.ts';
import { createFeedHub } from './hub/feed-hub.ts';
import { followStream } from './hub/stream-follower.ts';
import { createMonitor } from './monitoring/monitor.ts';
import { createAdmission } from './sessions/admission.ts';
import type { SessionContext } from './sessions/session-context.ts';
import { createSessionRegistry } from './sessions/session-registry.ts';
import { createSlots } from './sessions/slots.ts';
import { internalOrigin } from './socketio/internal-address.ts';
import { createReplicaPassage } from './socketio/pass-to-replica.ts';
import { createReplicaDirectory } from './socketio/replica-directory.ts';
import { createSocketIoService, type SocketIoService } from './socketio/serve-socket-io.ts';
import { createServeServerSent, type ServeServerSent } from './sse/serve-server-sent.ts';
import { acceptUpgrades, type UpgradeHandler } from './ws/accept-upgrades.ts';
import { createWebSocketPaths } from './ws/web-socket-paths.ts';

export interface FeedOptions {
  server: Server;
  bus: Bus;
  openStream: () => Promise<EventsStream>;
  authentication: UpgradeAuthentication;
  allowedOrigins: readonly string[];
  internalToken: string;
  /** The origin at which other replicas reach this one. Default: by the address that the server listens on. */
  internalUrl?: string | undefined;
  settings?: Partial<FeedSettings> | undefined;
  metrics: Registry;
  logger: Logger;
}

/** The live feed: one follower of the stream, one hub, and the sessions of all transports. */
export interface Feed {
  /** @throws when no stream is followed */
  checkFollowing(): void;
  /** The keys of open connections. */
  keyIds(): string[];
  /** Closes the connections of a revoked key. */
  closeKey(keyId: string): void;
  serveServerSent: ServeServerSent;
  /** Answers a request under `/socket.io/`; undefined: Socket.IO is switched off. @throws ApiError */
  serveSocketIo: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Stops the feed and closes every connection. A client reconnects to another replica with its cursor. */
  close(): Promise<void>;
}

/** How long clients have to answer the close code before their sockets are destroyed. */
const FAREWELL_MS = 2_000;

export async function createFeed(options: FeedOptions): Promise<Feed> {
  const { bus, logger, authentication, server } = options;
  const settings: FeedSettings = { ...FEED_DEFAULTS, ...options.settings };
  const metrics = createFeedMetrics(options.metrics);
  const registry = createSessionRegistry(settings, metrics);
  const hub = createFeedHub({ logger, metrics, ...settings });

  const follower = await followStream({
    bus,
    logger,
    openStream: options.openStream,
    onStart: (stream) => hub.startAt(stream),
    onMessage: (message) => hub.take(message),
    position: () => hub.head,
    onLost() {
      hub.lose();
      registry.closeAll(FEED_CLOSE.behind, 'the stream of events was created again');
    },
    checkIntervalMs: settings.streamCheckIntervalMs,
  });

  const admission = createAdmission({
    settings,
    allowedOrigins: options.allowedOrigins,
    hasCredentials: authentication.hasCredentials,
    isFollowing: () => hub.incarnation !== undefined,
    counts: () => ({ sessions: registry.size, unauthenticated: registry.unauthenticated }),
  });
  const context: SessionContext = {
    bus,
    hub,
    replaySlots: createSlots(settings.maxConcurrentReplays),
    authentication,
    settings,
    metrics,
    logger,
    openSessions: () => registry.size,
    admit: (session) => registry.admit(session),
  };
  const monitor = createMonitor({ bus, intervalMs: settings.monitoringIntervalMs });
  const parts = { admission, context, registry, monitor };
  const socketIo = settings.socketIo ? openSocketIo() : undefined;

  const handlers = new Map<string, UpgradeHandler>(createWebSocketPaths(parts));
  if (socketIo) handlers.set(FEED_PATHS.socketIo, socketIo.serveUpgrade);
  acceptUpgrades({ server, handlerOf: (path) => handlers.get(path), logger });

  function openSocketIo(): SocketIoService {
    const directory = createReplicaDirectory({ bus, logger });
    server.on('listening', () =>
      directory.announce(options.internalUrl ?? internalOrigin(server.address() as AddressInfo)),
    );
    return createSocketIoService({
      async load(generateId) {
        const { createSocketIoFeed } = await import('./socketio/socket-io-feed.ts');
        return createSocketIoFeed({ ...parts, allowedOrigins: options.allowedOrigins, generateId });
      },
      admission,
      directory,
      passage: createReplicaPassage(options.internalToken),
      internalToken: options.internalToken,
      settings,
      metrics,
    });
  }

  async function sendEveryoneAway(): Promise<void> {
    registry.closeAll(FEED_CLOSE.restarting, 'this replica is shutting down: reconnect with your cursor');
    const timeout = new AbortController();
    await Promise.race([
      registry.whenEmpty(),
      sleep(FAREWELL_MS, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
    registry.terminateAll();
  }

  return {
    checkFollowing() {
      if (hub.incarnation === undefined) throw new Error('the stream of events is not followed');
    },
    keyIds: () => registry.keyIds(),
    closeKey: (keyId) => registry.closeKey(keyId),
    serveServerSent: createServeServerSent(parts),
    serveSocketIo: socketIo?.serveRequest,
    async close() {
      admission.stop();
      await sendEveryoneAway();
      await socketIo?.close();
      monitor.stop();
      registry.stop();
      await follower.stop();
    },
  };
}
