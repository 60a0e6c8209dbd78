import {
  type Bus,
  connectBus,
  createEventPublisher,
  ensureStreams,
  reportSyncMode,
  type StreamOptions,
} from '@hookline/bus';
import { ID_PREFIX, SOURCES_CHANGED_SUBJECT } from '@hookline/contracts';
import { createDatabase, createSecretBox, verifyDatabase } from '@hookline/db';
import {
  type Authenticate,
  createHealth,
  createHttpServer,
  createMetrics,
  type Logger,
  readPrincipal,
  type Service,
} from '@hookline/service';
import { createIdFactory } from './events/create-id-factory.ts';
import { createEventStore } from './events/event-store.ts';
import { createInFlightBytes } from './inbound/in-flight-bytes.ts';
import { createInboundHandler } from './inbound/inbound-handler.ts';
import type { EnvironmentSecrets } from './inbound/provider-secrets.ts';
import { createThrottledLog } from './inbound/throttled-log.ts';
import { createRequestVerifier } from './inbound/verify-request.ts';
import { createIngestMetrics } from './metrics.ts';
import { createRejectionBudget } from './rejections/rejection-budget.ts';
import { createRejectionKeeper } from './rejections/rejection-keeper.ts';
import { createRejectionRecorder } from './rejections/rejection-recorder.ts';
import { mountPublishEvent } from './routes/events/mount-publish-event.ts';
import { mountInboundRoutes } from './routes/inbound/mount-inbound-routes.ts';
import { mountListRejections } from './routes/rejections/list-rejections.ts';
import { mountSourceRoutes } from './routes/sources/mount-source-routes.ts';
import { openSourceDirectory } from './sources/source-directory.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';

export interface IngestConfig {
  /** Of the role that owns nothing and bypasses nothing. */
  databaseUrl: string;
  databaseMaxConnections: number;
  natsUrl: string;
  /** To say in the log whether NATS syncs what it acknowledges. */
  natsMonitorUrl: string | undefined;
  streams: StreamOptions;
  internalToken: string;
  /** base64 of 32 bytes each; the first seals. */
  encryptionKeys: readonly string[];
  /** Origin that providers reach, without a slash at the end. */
  publicUrl: string;
  /** The tenant of addresses that name none. */
  defaultTenant: string;
  /** Of one request; must fit the broker's max_payload. */
  maxBodyBytes: number;
  /** Of all requests that are being read or stored. */
  maxInFlightBytes: number;
  /** How long an event is tried before its sender is told to come back. */
  publishDeadlineMs: number;
  environmentSecrets: EnvironmentSecrets;
  /** Kept a minute for one source. */
  rejectionsPerMinute: number;
}

/** Kept a minute for all addresses together that no source has. */
const UNKNOWN_REJECTIONS_PER_MINUTE = 600;
/** What an event's headers may take beside its body in a message. */
const HEADER_ROOM_BYTES = 16_384;

/**
 * Everything ingest consists of, connected, not yet listening.
 * @param onFatal called when NATS is lost for good: end the process
 */
export async function buildIngest(
  config: IngestConfig,
  logger: Logger,
  onFatal: (error: Error) => void,
): Promise<Service> {
  await verifyDatabase(config.databaseUrl);
  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'hookline-ingest',
    maxConnections: config.databaseMaxConnections,
    onConnectionError: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  });
  const bus = await connectBus({
    url: config.natsUrl,
    name: 'hookline-ingest',
    logger,
    onClosed: (error) => onFatal(error ?? new Error('the connection to NATS has closed for good')),
  });
  checkMaxPayload(bus, config.maxBodyBytes);
  await ensureStreams(bus, config.streams);
  const syncMode = await reportSyncMode(config.natsMonitorUrl, logger);

  const metrics = createMetrics('ingest');
  const health = createHealth();
  health.addCheck('postgres', () => database.ping());
  health.addCheck('nats', () => {
    if (!bus.connected) throw new Error('not connected to NATS');
  });

  const publisher = createEventPublisher(bus, {
    deadlineMs: config.publishDeadlineMs,
    atomicBatches: syncMode !== 'periodic',
  });
  const secrets = createSourceSecrets(createSecretBox(config.encryptionKeys));
  const directory = await openSourceDirectory({ database, secrets, logger });
  const inFlight = createInFlightBytes(config.maxInFlightBytes, config.maxBodyBytes);
  const ingestMetrics = createIngestMetrics(metrics, {
    pendingEvents: () => publisher.pendingEvents,
    inFlightBytes: () => inFlight.bytes,
    sources: () => directory.size,
  });
  const recorder = createRejectionRecorder(database, metrics, logger);
  const rejections = createRejectionKeeper({
    budget: createRejectionBudget(config.rejectionsPerMinute, UNKNOWN_REJECTIONS_PER_MINUTE),
    recorder,
    nextRejectionId: createIdFactory(ID_PREFIX.rejection),
  });
  const store = createEventStore({
    bus,
    publisher,
    publishSeconds: ingestMetrics.publishSeconds,
    logger,
  });
  const nextEventId = createIdFactory(ID_PREFIX.event);

  const sourcesChanged = bus.connection.subscribe(SOURCES_CHANGED_SUBJECT, {
    callback: () => void directory.refresh(),
  });

  const app = createHttpServer({ logger, health, metrics, maxBodyBytes: config.maxBodyBytes });
  const authenticate: Authenticate = (request) => readPrincipal(request, config.internalToken);
  mountInboundRoutes(app, {
    handler: createInboundHandler({
      verifier: createRequestVerifier(directory, config.environmentSecrets),
      directory,
      store,
      nextEventId,
      rejections,
      metrics: ingestMetrics,
      log: createThrottledLog(logger),
    }),
    inFlight,
    defaultTenant: config.defaultTenant,
  });
  mountPublishEvent(app, { authenticate, store, nextEventId, rejections, metrics: ingestMetrics });
  mountSourceRoutes(app, {
    authenticate,
    database,
    secrets,
    nextSourceId: createIdFactory(ID_PREFIX.source),
    publicUrl: config.publicUrl,
    async onSourcesChanged() {
      // Lost while NATS is away: then the others' regular look finds the change.
      if (bus.connected) bus.connection.publish(SOURCES_CHANGED_SUBJECT);
      await directory.refresh();
    },
  });
  mountListRejections(app, { authenticate, database });

  logger.info(
    {
      publicUrl: config.publicUrl,
      sources: directory.size,
      environmentSecrets: [...config.environmentSecrets.keys()],
      maxBodyBytes: config.maxBodyBytes,
      natsVersion: bus.serverVersion,
      natsSync: syncMode,
    },
    'ingest is ready',
  );

  return {
    app,
    health,
    async close() {
      await publisher.drain();
      publisher.close();
      sourcesChanged.unsubscribe();
      directory.stop();
      await recorder.close();
      await bus.close();
      await database.close();
    },
  };
}

/** @throws when a body that is accepted would be one that the broker refuses */
function checkMaxPayload(bus: Bus, maxBodyBytes: number): void {
  const maxPayload = bus.connection.info?.max_payload ?? 0;
  if (maxBodyBytes + HEADER_ROOM_BYTES > maxPayload) {
    throw new Error(
      `MAX_BODY_BYTES is ${maxBodyBytes}, but NATS takes messages of ${maxPayload} bytes at most: set max_payload in ` +
        `nats-server's configuration to ${maxBodyBytes + HEADER_ROOM_BYTES} or more (8MB is usual), or lower MAX_BODY_BYTES`,
    );
  }
}
