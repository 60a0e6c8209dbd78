import {
  connectBus,
  createEventPublisher,
  ensurePayloadObjects,
  ensureStreams,
  isTransientBusError,
  reportSyncMode,
  type StreamOptions,
} from '@hookline/bus';
import { ID_PREFIX, SOURCES_CHANGED_SUBJECT } from '@hookline/contracts';
import { createDatabase, createSecretBox, isTransientDatabaseError, verifyDatabase } from '@hookline/db';
import { type AddressGuardOptions, createAddressGuard, createPublishedDocuments } from '@hookline/outbound';
import {
  type Authenticate,
  createHealth,
  createHopCounts,
  createHttpServer,
  createIdFactory,
  createMetrics,
  createSampledLog,
  createThrottledLog,
  type Logger,
  readPrincipal,
  runWorkers,
  type Service,
} from '@hookline/service';
import { createEventTypeRegistry } from './event-types/event-type-registry.ts';
import { createSchemaThreads } from './event-types/schema-threads.ts';
import { createPublishAnySize } from './events/claim-check.ts';
import { createEventAcceptor } from './events/event-acceptor.ts';
import { createReceiptClock } from './events/receipt-clock.ts';
import { createStoreProbe } from './events/store-probe.ts';
import { createInFlightBytes } from './inbound/in-flight-bytes.ts';
import { createInboundHandler } from './inbound/inbound-handler.ts';
import { createLargeBodyReceiver } from './inbound/large-bodies/large-body-receiver.ts';
import { createMissingSecrets } from './inbound/missing-secrets.ts';
import type { EnvironmentSecrets } from './inbound/provider-secrets.ts';
import { createRequestLimits, type RequestLimitOptions } from './inbound/request-limits.ts';
import { createRequestVerifier } from './inbound/verify-request.ts';
import { openEventJournal } from './journal/event-journal.ts';
import { createJournalReplayer } from './journal/journal-replayer.ts';
import { createIngestMetrics } from './metrics.ts';
import { createRejectionBudget } from './rejections/rejection-budget.ts';
import { createRejectionExplainer } from './rejections/rejection-explainer.ts';
import { createRejectionKeeper } from './rejections/rejection-keeper.ts';
import { createRejectionRecorder } from './rejections/rejection-recorder.ts';
import { createRequestSealer } from './requests/request-sealer.ts';
import { mountEventTypeRoutes } from './routes/event-types/mount-event-type-routes.ts';
import { mountPublishEvent } from './routes/events/mount-publish-event.ts';
import { mountWebhookHealth } from './routes/health/mount-webhook-health.ts';
import { mountInboundRoutes } from './routes/inbound/mount-inbound-routes.ts';
import { mountListProviders } from './routes/providers/list-providers.ts';
import { mountListRejections } from './routes/rejections/list-rejections.ts';
import { mountSourceRoutes } from './routes/sources/mount-source-routes.ts';
import { listTenantSources } from './sources/list-tenant-sources.ts';
import { openSourceDirectory } from './sources/source-directory.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';
import { createSubscriptionNotes } from './sources/subscription-notes.ts';

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
  /** Of one request. What does not fit in a message goes to JetStream's object store. */
  maxBodyBytes: number;
  /** Of all requests that are being read or stored. */
  maxInFlightBytes: number;
  /** What comes beyond it is closed unheard. */
  maxConnections: number;
  /** How long an event is tried at most, however long its provider waits for the answer. */
  publishDeadlineMs: number;
  /** Where events wait that JetStream does not take in time. Undefined: their senders are told to come back. */
  journal: { directory: string; maxBytes: number } | undefined;
  environmentSecrets: EnvironmentSecrets;
  /** How long an equal body is a repeat, of providers that retry and send no id. */
  repeatWindowMs: number;
  /** Development: keys that providers publish may be on loopback and private addresses. */
  outbound: AddressGuardOptions;
  /** Kept a minute for one source. */
  rejectionsPerMinute: number;
  /** Kept for one source and reason: the newest. */
  rejectionsPerSource: number;
  limits: RequestLimitOptions;
  /** Whose X-Forwarded-* headers are believed: addresses, networks, or proxy-addr's names such as `loopback`. */
  trustedProxies: readonly string[];
}

/** Kept a minute for all addresses together that no source has. */
const UNKNOWN_REJECTIONS_PER_MINUTE = 600;

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
  await ensureStreams(bus, config.streams);
  const objects = await ensurePayloadObjects(bus, config.streams);
  const syncMode = await reportSyncMode(config.natsMonitorUrl, logger);

  const journal = config.journal && (await openEventJournal({ ...config.journal, logger }));

  const publisher = createEventPublisher(bus, {
    deadlineMs: config.publishDeadlineMs,
    atomicBatches: syncMode !== 'periodic',
  });
  const storeProbe = createStoreProbe({ bus, publisher, logger });
  const metrics = createMetrics('ingest');
  const health = createHealth();
  health.addCheck('postgres', () => database.ping());
  const checkNats = () => {
    if (!bus.connected) throw new Error('not connected to NATS');
  };
  const checkStore = () => {
    if (storeProbe.problem !== undefined) throw new Error(storeProbe.problem);
  };
  if (journal) {
    // Events are taken without NATS: a load balancer that sends none here would lose them.
    health.addInformation('nats', checkNats);
    health.addInformation('jetstream', checkStore);
    health.addCheck('journal', () => {
      const isNeeded = !bus.connected || storeProbe.problem !== undefined;
      if (isNeeded && journal.problem !== undefined) throw new Error(journal.problem);
    });
    health.addInformation('journalEmpty', () => {
      if (journal.events > 0) throw new Error(`${journal.events} events wait for JetStream`);
    });
  } else {
    health.addCheck('nats', checkNats);
    health.addCheck('jetstream', checkStore);
  }

  const secretBox = createSecretBox(config.encryptionKeys);
  const secrets = createSourceSecrets(secretBox);
  const directory = await openSourceDirectory({ database, secrets, logger });
  const inFlight = createInFlightBytes(config.maxInFlightBytes, config.maxBodyBytes);
  const ingestMetrics = createIngestMetrics(metrics, {
    pendingEvents: () => publisher.pendingEvents,
    storeRefuses: () => storeProbe.problem !== undefined,
    inFlightBytes: () => inFlight.bytes,
    sources: () => directory.size,
    journalEvents: () => journal?.events ?? 0,
    journalBytes: () => journal?.bytes ?? 0,
  });
  const onSealed = (sourceId: string, error: unknown) =>
    logger.error({ err: error, sourceId }, 'the secrets of a source do not open');
  const recorder = createRejectionRecorder(database, metrics, logger, config.rejectionsPerSource);
  const rejections = createRejectionKeeper({
    budget: createRejectionBudget(config.rejectionsPerMinute, UNKNOWN_REJECTIONS_PER_MINUTE),
    explainer: createRejectionExplainer({
      directory,
      listSources: (tenant, provider) => listTenantSources({ database, secrets, onSealed }, tenant, provider),
      environmentSecrets: config.environmentSecrets,
      publicUrl: config.publicUrl,
      logger,
    }),
    recorder,
    nextRejectionId: createIdFactory(ID_PREFIX.rejection),
  });
  const publishAnySize = createPublishAnySize(bus, publisher, objects);
  const replayer =
    journal &&
    createJournalReplayer({
      bus,
      journal,
      logger,
      publish: (event) => publishAnySize(event, config.publishDeadlineMs),
    });
  const acceptor = createEventAcceptor({
    bus,
    publishAnySize,
    journal,
    onJournaled() {
      ingestMetrics.journaled.inc();
      replayer?.wake();
    },
    publishSeconds: ingestMetrics.publishSeconds,
    logger,
  });
  const nextEventId = createIdFactory(ID_PREFIX.event);
  const hopCounts = createHopCounts(config.encryptionKeys);
  const largeBodies = createLargeBodyReceiver();
  const guard = createAddressGuard(config.outbound);
  const { fetchPublished, ...documents } = createPublishedDocuments({ guard });

  const sourcesChanged = bus.connection.subscribe(SOURCES_CHANGED_SUBJECT, {
    callback: () => void directory.refresh(),
  });

  const limits = createRequestLimits(config.limits);
  const receiptClock = createReceiptClock(database, logger);
  // Whichever of the two clocks is the wrong one: a replica that takes what it can is better than none.
  health.addInformation('clock', () => {
    if (receiptClock.problem !== undefined) throw new Error(receiptClock.problem);
  });
  const missingSecrets = createMissingSecrets(directory, logger);
  const subscriptions = createSubscriptionNotes(database, metrics, logger);
  health.addInformation('secrets', () => {
    if (missingSecrets.problem !== undefined) throw new Error(missingSecrets.problem);
  });
  const lookers = runWorkers([directory, receiptClock], onFatal);
  const app = createHttpServer({
    logger,
    health,
    metrics,
    maxBodyBytes: config.maxBodyBytes,
    maxConnections: config.maxConnections,
    trustedProxies: config.trustedProxies,
    dependencies: [
      { name: 'Postgres', isAway: isTransientDatabaseError },
      { name: 'NATS', isAway: isTransientBusError },
    ],
  });
  mountWebhookHealth(app, health);
  const authenticate: Authenticate = (request) => readPrincipal(request, config.internalToken);
  const schemaThreads = createSchemaThreads();
  const eventTypes = createEventTypeRegistry(database, schemaThreads, logger);
  const workers = runWorkers([eventTypes, ...(replayer ? [replayer] : []), storeProbe], onFatal);
  mountInboundRoutes(app, {
    handler: createInboundHandler({
      publicUrl: config.publicUrl,
      maxBodyBytes: config.maxBodyBytes,
      verifier: createRequestVerifier(
        directory,
        config.environmentSecrets,
        (provider, input) => largeBodies.receive(provider, { ...input, fetchPublished }),
        config.repeatWindowMs,
      ),
      directory,
      acceptor,
      eventTypes,
      publishDeadlineMs: config.publishDeadlineMs,
      receiptClock,
      nextEventId,
      sealRequestSecret: createRequestSealer(secretBox),
      hopCounts,
      rejections,
      limits,
      missingSecrets,
      subscriptions,
      metrics: ingestMetrics,
      log: createThrottledLog(logger),
      receivedLog: createSampledLog(logger, 'webhook.received'),
      refusedLog: createSampledLog(logger, 'webhook.refused'),
    }),
    inFlight,
    limits,
    defaultTenant: config.defaultTenant,
  });
  mountEventTypeRoutes(app, { authenticate, database, schemaThreads });
  mountPublishEvent(app, {
    authenticate,
    acceptor,
    eventTypes,
    publishDeadlineMs: config.publishDeadlineMs,
    receiptClock,
    nextEventId,
    hopCounts,
    rejections,
    metrics: ingestMetrics,
    publishedLog: createSampledLog(logger, 'event.published'),
    refusedLog: createSampledLog(logger, 'event.refused'),
  });
  mountListProviders(app, authenticate);
  mountSourceRoutes(app, {
    authenticate,
    database,
    secrets,
    environmentSecrets: config.environmentSecrets,
    nextSourceId: createIdFactory(ID_PREFIX.source),
    publicUrl: config.publicUrl,
    guard,
    maxBodyBytes: config.maxBodyBytes,
    fetchPublished,
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
      journal: config.journal?.directory ?? 'none: without NATS, senders get 503',
    },
    'ingest is ready',
  );

  return {
    app,
    health,
    async close() {
      await largeBodies.close();
      await documents.close();
      await schemaThreads.close();
      await workers.stop();
      await publisher.drain();
      publisher.close();
      await journal?.close();
      sourcesChanged.unsubscribe();
      await lookers.stop();
      await subscriptions.close();
      await rejections.close();
      await recorder.close();
      await bus.close();
      await database.close();
    },
  };
}
