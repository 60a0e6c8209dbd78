import {
  connectBus,
  ensureStreams,
  isTransientBusError,
  reportSyncMode,
  type StreamOptions,
} from '@hookline/bus';
import type { ServiceName } from '@hookline/contracts';
import { createDatabase, isTransientDatabaseError, verifyDatabase } from '@hookline/db';
import { listProviders } from '@hookline/providers';
import {
  type Authenticate,
  createHealth,
  createHttpServer,
  createMetrics,
  type Logger,
  type ReadinessCheck,
  type Service,
} from '@hookline/service';
import { createApiKeyStore } from './auth/api-key-store.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createJwtVerifier, type JwtConfig } from './auth/jwt.ts';
import { createKeyCache } from './auth/key-cache.ts';
import { readBearer } from './auth/read-bearer.ts';
import { watchRevocations } from './auth/revocations.ts';
import { createFeed } from './feed/feed.ts';
import type { FeedSettings } from './feed/feed-settings.ts';
import { createUpstream } from './forward/upstream.ts';
import { secureBrowsers } from './plugins/secure-browsers.ts';
import { mountFront } from './routes/front/mount-front.ts';
import { mountHealth } from './routes/health/mount-health.ts';
import { mountInbound } from './routes/inbound/mount-inbound.ts';
import { mountOpenApi } from './routes/openapi/mount-openapi.ts';
import { mountOperations } from './routes/operations/mount-operations.ts';
import { mountPublicKeys, type PublicKeysLimit } from './routes/public-keys/mount-public-keys.ts';

export interface GatewayConfig {
  /** Of the role that owns nothing and bypasses nothing. */
  databaseUrl: string;
  databaseMaxConnections: number;
  natsUrl: string;
  natsMonitorUrl: string | undefined;
  streams: StreamOptions;
  internalToken: string;
  /** Origins of the services behind. */
  upstreams: Record<Exclude<ServiceName, 'gateway'>, string>;
  operatorKey: string | undefined;
  jwt: JwtConfig | undefined;
  /** Origins of browsers' pages that may call the API and open the feed. */
  allowedOrigins: readonly string[];
  feed?: Partial<FeedSettings>;
  publicKeysLimit?: PublicKeysLimit;
}

/** Everything the gateway consists of, connected and at work, not yet listening. */
export async function buildGateway(
  config: GatewayConfig,
  logger: Logger,
  /** NATS is gone for good: the process has to end. */
  onFatal: (error: Error | undefined) => void,
): Promise<Service> {
  await verifyDatabase(config.databaseUrl);
  const bus = await connectBus({
    url: config.natsUrl,
    name: 'hookline-gateway',
    logger,
    onClosed: onFatal,
  });
  await reportSyncMode(config.natsMonitorUrl, logger);
  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'hookline-gateway',
    maxConnections: config.databaseMaxConnections,
    onConnectionError: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  });
  const upstreams = {
    ingest: createUpstream('ingest', config.upstreams.ingest),
    delivery: createUpstream('delivery', config.upstreams.delivery),
    scheduler: createUpstream('scheduler', config.upstreams.scheduler),
  };

  const metrics = createMetrics('gateway');
  const health = createHealth();
  const app = createHttpServer({
    logger,
    health,
    metrics,
    dependencies: [
      { name: 'Postgres', isAway: isTransientDatabaseError },
      { name: 'NATS', isAway: isTransientBusError },
    ],
  });
  await secureBrowsers(app, config.allowedOrigins);

  const store = createApiKeyStore(database);
  const cache = createKeyCache({ find: store.findByHash });
  const authenticator = createAuthenticator({
    keys: cache,
    operatorKey: config.operatorKey,
    verifyJwt: config.jwt && createJwtVerifier(config.jwt),
  });
  const feed = await createFeed({
    server: app.server,
    bus,
    openStream: () => ensureStreams(bus, config.streams),
    authenticate: authenticator,
    allowedOrigins: config.allowedOrigins,
    settings: config.feed,
    metrics,
    logger,
  });
  const revocations = watchRevocations({
    bus,
    cache,
    store,
    keysInUse: feed.keyIds,
    onRevoked: feed.closeKey,
    logger,
  });

  const ownChecks: Record<string, ReadinessCheck> = {
    postgres: () => database.ping(),
    nats: async () => {
      if (!bus.connected) throw new Error('not connected to NATS');
      await bus.connection.flush();
    },
    feed: feed.checkFollowing,
  };
  for (const [name, check] of Object.entries(ownChecks)) health.addCheck(name, check);
  for (const upstream of Object.values(upstreams)) health.addInformation(upstream.name, upstream.checkAlive);

  const authenticate: Authenticate = async (request) =>
    (await authenticator(readBearer(request.headers))).principal;
  const providers = listProviders().flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  mountOperations(app, { authenticate, store, revocations, upstreams, internalToken: config.internalToken });
  mountInbound(app, { ingest: upstreams.ingest, providers });
  mountPublicKeys(app, upstreams.delivery, config.publicKeysLimit);
  mountHealth(app, {
    authenticate,
    delivery: upstreams.delivery,
    internalToken: config.internalToken,
    isReady: {
      gateway: async () => {
        const { checks } = await health.readiness();
        return Object.keys(ownChecks).every((name) => checks[name]?.ok);
      },
      ingest: upstreams.ingest.isReady,
      delivery: upstreams.delivery.isReady,
      scheduler: upstreams.scheduler.isReady,
    },
  });
  mountOpenApi(app);
  mountFront(app);

  // Before the server waits for its connections to end: those of the feed would not by themselves.
  app.addHook('preClose', () => feed.close());

  logger.info(
    {
      upstreams: config.upstreams,
      operatorKey: { configured: config.operatorKey !== undefined },
      jwt: { configured: config.jwt !== undefined },
      allowedOrigins: config.allowedOrigins,
    },
    'the gateway is at work',
  );

  return {
    app,
    health,
    async close() {
      revocations.stop();
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
      await bus.close();
      await database.close();
    },
  };
}
