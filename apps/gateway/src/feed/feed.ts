import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, EventsStream } from '@hookline/bus';
import { ApiError, FEED_CLOSE } from '@hookline/contracts';
import type { Logger, Registry } from '@hookline/service';
import type { UpgradeAuthentication } from '../auth/upgrade-authentication.ts';
import { acceptUpgrades } from './accept-upgrades.ts';
import { createConnectionRegistry } from './connection-registry.ts';
import { FeedConnection, type FeedConnectionContext } from './feed-connection.ts';
import { createFeedHub } from './feed-hub.ts';
import { createFeedMetrics } from './feed-metrics.ts';
import { FEED_DEFAULTS, type FeedSettings } from './feed-settings.ts';
import { createSlots } from './slots.ts';
import { followStream } from './stream-follower.ts';

export interface FeedOptions {
  server: Server;
  bus: Bus;
  openStream: () => Promise<EventsStream>;
  authentication: UpgradeAuthentication;
  allowedOrigins: readonly string[];
  settings?: Partial<FeedSettings> | undefined;
  metrics: Registry;
  logger: Logger;
}

/** The live feed: one follower of the stream, and the sockets that get the matching events. */
export interface Feed {
  /** @throws when no stream is followed */
  checkFollowing(): void;
  /** The keys of open connections. */
  keyIds(): string[];
  /** Closes the connections of a revoked key. */
  closeKey(keyId: string): void;
  /** Stops the feed and closes every connection. A client reconnects to another replica with its cursor. */
  close(): Promise<void>;
}

/** How long clients have to answer the close code before their sockets are destroyed. */
const FAREWELL_MS = 2_000;

export async function createFeed(options: FeedOptions): Promise<Feed> {
  const { bus, logger, authentication } = options;
  const settings: FeedSettings = { ...FEED_DEFAULTS, ...options.settings };
  const metrics = createFeedMetrics(options.metrics);
  const registry = createConnectionRegistry(settings);
  const hub = createFeedHub({ logger, metrics });
  let closing = false;

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

  const context: Omit<FeedConnectionContext, 'authenticate'> = {
    bus,
    hub,
    replaySlots: createSlots(settings.maxConcurrentReplays),
    settings,
    metrics,
    logger,
    admit: (connection) => registry.admit(connection),
  };

  acceptUpgrades({
    server: options.server,
    authentication,
    allowedOrigins: options.allowedOrigins,
    closeTimeoutMs: settings.closeTimeoutMs,
    logger,
    refusal(hasCredentials) {
      if (closing) return new ApiError('shutting_down', { retryAfterSeconds: 1 });
      const isFull =
        hub.incarnation === undefined ||
        registry.size >= settings.maxConnections ||
        (!hasCredentials && registry.unauthenticated >= settings.maxUnauthenticated);
      return isFull ? new ApiError('overloaded', { retryAfterSeconds: 5 }) : undefined;
    },
    onConnection(socket, identity, address) {
      metrics.connections.inc();
      const ownContext = {
        ...context,
        authenticate: (token: string) => authentication.byToken(token, address),
      };
      const connection: FeedConnection = new FeedConnection(socket, ownContext, identity, () => {
        registry.remove(connection);
        metrics.connections.dec();
      });
      registry.add(connection);
      // Its upgrade began before the feed stopped.
      if (closing) connection.close(FEED_CLOSE.restarting, 'this replica is shutting down');
    },
  });

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
    async close() {
      closing = true;
      await sendEveryoneAway();
      registry.stop();
      await follower.stop();
    },
  };
}
