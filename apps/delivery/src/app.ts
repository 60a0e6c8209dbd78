import { randomBytes } from 'node:crypto';
import {
  connectBus,
  consumeBatches,
  createEventPublisher,
  ensurePayloadObjects,
  ensureStreams,
  isTransientBusError,
  reportSyncMode,
  type StreamOptions,
} from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import {
  createDatabase,
  createDatabaseClock,
  createSecretBox,
  isTransientDatabaseError,
  keptRequestPlace,
  verifyDatabase,
} from '@hookline/db';
import { type AddressGuardOptions, createAddressGuard, createGuardedFetch } from '@hookline/outbound';
import { createSandbox } from '@hookline/sandbox';
import {
  createHealth,
  createHopCounts,
  createHttpServer,
  createMetrics,
  createWaker,
  type Logger,
  readPrincipal,
  runWorkers,
  type Service,
} from '@hookline/service';
import { createAnnouncer } from './endpoints/announcements/announcer.ts';
import { createEndpointCatalog } from './endpoints/catalog/endpoint-catalog.ts';
import { createDeliveryMetrics } from './metrics.ts';
import { didShipmentFail } from './operations/failing/did-shipment-fail.ts';
import { createFailureMonitor } from './operations/failing/failure-monitor.ts';
import { createLedgerAuditor } from './operations/ledger/ledger-auditor.ts';
import { createReplayWorker } from './operations/replays/replay-worker.ts';
import { openReplicaRegister } from './operations/replicas/replica-register.ts';
import { createStatisticsKeeper } from './operations/statistics/statistics-keeper.ts';
import { createDeadLetterPublisher, type DeadLetter } from './pipeline/dead-letters/dead-letter-publisher.ts';
import { NOT_SENT } from './pipeline/delivery/lane-signal.ts';
import type { Shipment } from './pipeline/delivery/shipment.ts';
import { recordWhenStored } from './pipeline/delivery/unstored-delivery.ts';
import { createFanOut } from './pipeline/fan-out/fan-out.ts';
import { createFilterEvaluator } from './pipeline/filters/filter-evaluator.ts';
import { createClaimMonitor } from './pipeline/lanes/claim-monitor.ts';
import { createClaimer } from './pipeline/lanes/claimer.ts';
import { createLaneRegistry } from './pipeline/lanes/lane-registry.ts';
import { createSequencer } from './pipeline/ordering/sequencer.ts';
import { createOutcomeRecorder } from './pipeline/outcomes/outcome-recorder.ts';
import {
  type AttemptContext,
  attemptShipment,
  requeueShipment,
} from './pipeline/sending/attempt-delivery.ts';
import { createAttemptLog } from './pipeline/sending/attempt-log.ts';
import { createAuthorizedSender } from './pipeline/sending/authorized-sender.ts';
import { createBodyCompactor } from './pipeline/sending/body-compactor.ts';
import { createClientCredentialsTokens } from './pipeline/sending/client-credentials.ts';
import { createPoisonGuard } from './pipeline/sending/poison-guard.ts';
import { createSender } from './pipeline/sending/send-request.ts';
import { signalOfShipment } from './pipeline/sending/signal-of-shipment.ts';
import { createTransformer } from './pipeline/transformations/create-transformer.ts';
import { createWaitReason } from './routes/deliveries/wait-reason.ts';
import { mountRoutes } from './routes/mount-routes.ts';

export interface DeliveryConfig {
  databaseUrl: string;
  databaseMaxConnections: number;
  natsUrl: string;
  natsMonitorUrl: string | undefined;
  streams: StreamOptions;
  internalToken: string;
  encryptionKeys: readonly string[];
  /** Of endpoints that are made without saying it. */
  defaultMaxRetries: number;
  maxInFlight: number;
  inFlightPerEndpoint: number;
  maxInFlightPerEndpoint: number;
  maxBufferedBytes: number;
  leaseSeconds: number;
  /** How often a delivery is taken up without an outcome before it is given up. */
  maxClaims: number;
  /** How often content may go out that comes back each time. */
  maxHops: number;
  pollIntervalMs: number;
  ledgerIntervalMs: number;
  /** How often what endpoints fail is written down, and those that only fail are looked for. */
  failureIntervalMs: number;
  /** 0: never. */
  disableAfterHours: number;
  /** Of the dead letters of an endpoint its tenant is told of one in so many seconds; 0: of none. */
  announceDeadSeconds: number;
  statisticsIntervalMs: number;
  statisticsDays: number;
  /** Called when the process must end: NATS is lost for good, or a worker failed. */
  onFatal: (error: Error) => void;
  /** What may be called. */
  outbound: AddressGuardOptions;
  /** At which this installation is reached: no endpoint may lead back there. */
  ownOrigins: readonly string[];
  logger: Logger;
}

const MAX_ACK_WAIT_MS = 15_000;
const ANNOUNCE_INTERVAL_MS = 5_000;
const USER_AGENT = 'Hookline/0.1 (+https://github.com/hookline/hookline)';

/**
 * The whole of delivery, wired: stream → fan-out → lanes → sender → outcomes → dead letters, with the claimer
 * bringing back what waits in Postgres.
 */
export async function buildDelivery(config: DeliveryConfig): Promise<Service> {
  const { logger } = config;
  if (config.outbound.allowPrivate) {
    logger.warn('endpoints on loopback and private addresses are allowed: for development only');
  }
  await verifyDatabase(config.databaseUrl);
  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'hookline-delivery',
    maxConnections: config.databaseMaxConnections,
    onConnectionError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const bus = await connectBus({
    url: config.natsUrl,
    name: 'hookline-delivery',
    logger,
    onClosed: (error) => {
      config.onFatal(error ?? new Error('the connection to NATS has closed for good'));
    },
  });
  await reportSyncMode(config.natsMonitorUrl, logger);
  const stream = await ensureStreams(bus, config.streams);
  const payloads = await ensurePayloadObjects(bus, config.streams);

  const metrics = createMetrics('delivery');
  const health = createHealth();
  health.addCheck('postgres', () => database.ping());
  health.addCheck('nats', () => {
    if (!bus.connected) throw new Error('not connected');
  });

  const claims = createClaimMonitor(logger);
  health.addCheck('claims', () => {
    if (claims.problem !== undefined) throw new Error(claims.problem);
  });

  // Woken by parts that are built before the claimer and the sequencer.
  const claimWaker = createWaker();
  const sequenceWaker = createWaker();

  const secretBox = createSecretBox(config.encryptionKeys);
  const hopCounts = createHopCounts(config.encryptionKeys);
  const openRequestSecret = (tenant: string, sealed: string) =>
    secretBox.open(sealed, keptRequestPlace(tenant));
  let unusable = 0;
  const catalog = createEndpointCatalog(
    database,
    secretBox,
    (endpointId, error) => {
      unusable++;
      logger.error(
        { err: error, webhookId: endpointId },
        "an endpoint's settings cannot be used (its secrets are opened with HOOKLINE_ENCRYPTION_KEY): nothing can be sent to it",
      );
    },
    (paused) => pauseLanes(paused),
  );
  /** Before there are lanes, there is nothing to pause. */
  let pauseLanes: (paused: boolean) => void = () => {};
  await catalog.refresh();
  if (unusable > 0 && unusable === catalog.size) {
    throw new Error(
      'HOOKLINE_ENCRYPTION_KEY opens the secrets of no endpoint: it is not the key they were sealed with',
    );
  }
  const guard = createAddressGuard(config.outbound);
  const sender = createSender(guard);
  const tokenFetch = createGuardedFetch({ guard });
  const authorizedSender = createAuthorizedSender(
    sender,
    createClientCredentialsTokens({ fetch: tokenFetch.fetch }),
  );
  const filters = createFilterEvaluator();
  const sandbox = createSandbox();
  const transformer = createTransformer(sandbox);
  const compactor = createBodyCompactor();
  const publisher = createEventPublisher(bus);
  const deadLetters = createDeadLetterPublisher(bus, database, logger, config.announceDeadSeconds);
  const publishDead = async (letters: readonly DeadLetter[]) => {
    await deadLetters.publish(letters);
    // What waited behind one that gave up may be next.
    if (catalog.hasOrdering) sequenceWaker.wake();
  };
  const measures = createDeliveryMetrics(metrics, {
    database,
    inFlight: () => lanes.inFlight,
    waiting: () => lanes.waiting,
    replicas: () => replicas.share.count,
    lanesByState: () => lanes.countByState(),
    unrecorded: () => recorder.pending,
    buffered: () => consumer.buffered,
    claimsStalledMs: claims.stalledMs,
  });

  // A lease is named by the process and counts up, so that a claim of the same row by the same process, after its
  // first lease ran out, is told from the first.
  const replica = randomBytes(6).toString('hex');
  let leases = 0;
  const nextLeaseId = () => `${replica}-${(++leases).toString(36)}`;
  const clock = createDatabaseClock();
  const replicas = await openReplicaRegister({
    database,
    replica,
    leaseSeconds: config.leaseSeconds,
    catalog,
    clock,
    logger,
    onLeasesEnded: claimWaker.wake,
  });
  const mayLease = () => replicas.holdsLease(performance.now());

  // The claimer brings the catalog up to date anyway; until then each that waits would be sent for nothing.
  const noticeDisabled = () => {
    void catalog.refresh().catch(() => {});
    announcer.wake();
  };
  const announcer = createAnnouncer({ database, publisher, logger, intervalMs: ANNOUNCE_INTERVAL_MS });
  const failures = createFailureMonitor({
    database,
    logger,
    intervalMs: config.failureIntervalMs,
    disableAfterHours: config.disableAfterHours,
    onDisabled: (endpointIds) => {
      logger.warn({ webhookIds: endpointIds }, 'endpoints are switched off: they gave nothing but failures');
      noticeDisabled();
    },
  });

  const recorder = createOutcomeRecorder({
    database,
    logger,
    leaseSeconds: config.leaseSeconds,
    onDisabled: (endpointIds) => {
      logger.warn({ webhookIds: endpointIds }, 'endpoints are switched off: their receivers want no more');
      noticeDisabled();
    },
    onFenced: (count) => measures.fenced(count),
    onRecorded: (endpointIds) => {
      if (!catalog.hasOrdering) return;
      for (const id of endpointIds) {
        if (catalog.get(id)?.ordering === undefined) continue;
        sequenceWaker.wake();
        return;
      }
    },
    onDead: (dead) =>
      publishDead(
        dead.map(({ outcome, delivery }) => ({
          delivery,
          attempts: outcome.attempt?.number ?? delivery.attempts,
          errorCode: outcome.errorCode ?? 'unknown',
          errorMessage: outcome.errorMessage ?? '',
        })),
      ),
  });

  const attempts: AttemptContext = {
    sender: authorizedSender,
    transformer,
    openRequestSecret,
    compactor,
    userAgent: USER_AGENT,
    hopCounts,
    maxHops: config.maxHops,
    leaseMs: config.leaseSeconds * 1000,
    holdsLease: replicas.holdsLease,
    databaseNowMs: clock.nowMs,
    getEndpoint: catalog.get,
    onDefect: (error, step, { eventId, endpointId }) =>
      logger.error({ err: error, step, eventId, webhookId: endpointId }, 'an attempt failed by a defect'),
  };
  const logAttempt = createAttemptLog(logger, catalog.get);
  const poisonGuard = createPoisonGuard(database, logger, config.maxClaims);
  const requeue = (shipment: Shipment) =>
    recordWhenStored(recorder.recordAll, requeueShipment(catalog.get(shipment.endpointId), shipment));
  const lanes = createLaneRegistry({
    maxInFlight: config.maxInFlight,
    inFlightPerEndpoint: config.inFlightPerEndpoint,
    maxInFlightPerEndpoint: config.maxInFlightPerEndpoint,
    maxBufferedBytes: config.maxBufferedBytes,
    getEndpoint: catalog.get,
    share: () => replicas.share,
    requeue: (shipment) => void requeue(shipment),
    attempt: async (shipment) => {
      const [first] = shipment.deliveries;
      if (first.unstored?.isGivenUp) return NOT_SENT;
      const attempt = () => attemptShipment(attempts, shipment);
      const settled = await (first.isPoisonSuspect ? poisonGuard.attemptAlone(shipment, attempt) : attempt());
      // Before anything else that could fail.
      const recording = recordWhenStored(recorder.recordAll, settled);
      try {
        for (const each of settled) {
          measures.attempted(each.outcome, each.delivery);
          logAttempt(each);
        }
        const failed = didShipmentFail(settled);
        if (failed !== undefined) failures.note(shipment.endpointId, failed);
        return signalOfShipment(settled);
      } catch (error) {
        logger.error(
          { err: error, webhookId: shipment.endpointId },
          'what an attempt says was not understood',
        );
        return NOT_SENT;
      } finally {
        await recording;
      }
    },
  });

  pauseLanes = (paused) => {
    if (paused) lanes.pause();
    else lanes.resume();
  };
  pauseLanes(catalog.paused);

  const claimer = createClaimer({
    database,
    catalog,
    lanes,
    logger,
    nextLeaseId,
    mayLease,
    monitor: claims,
    waker: claimWaker,
    leaseSeconds: config.leaseSeconds,
    pollIntervalMs: config.pollIntervalMs,
    onDead: (dead) =>
      publishDead(
        dead.map(({ row, delivery }) => ({
          delivery,
          attempts: row.attempts,
          errorCode: row.errorCode ?? 'unknown',
          errorMessage: row.errorMessage ?? '',
        })),
      ),
  });

  const sequencer = createSequencer({
    bus,
    database,
    logger,
    isNeeded: () => catalog.hasOrdering,
    onPromoted: claimer.wake,
    waker: sequenceWaker,
  });

  const keepers = runWorkers([replicas, failures, announcer], config.onFatal);
  const stopping = new AbortController();
  const consumer = await consumeBatches(bus, {
    stream: EVENTS_STREAM,
    durable: DELIVERY_CONSUMER,
    // One setting says how late things are after a crash, for batches as for deliveries.
    ackWaitMs: Math.min(MAX_ACK_WAIT_MS, config.leaseSeconds * 1000),
    logger,
    handle: createFanOut({
      database,
      catalog,
      lanes,
      filters,
      logger,
      payloads,
      streamEpoch: stream.incarnation,
      nextLeaseId,
      mayLease,
      leaseSeconds: config.leaseSeconds,
      databaseNowMs: clock.nowMs,
      record: recorder.recordAll,
      onHandled: (counts) => measures.handled(counts),
      onOrdered: sequencer.wake,
      signal: stopping.signal,
    }),
  });

  let unaccounted = 0;
  const auditor = createLedgerAuditor({
    bus,
    database,
    logger,
    intervalMs: config.ledgerIntervalMs,
    onUnaccounted: (count) => {
      unaccounted = count;
      measures.unaccounted(count);
    },
  });
  health.addInformation('ledger', () => {
    if (unaccounted > 0)
      throw new Error(
        `${unaccounted} events or deliveries are unaccounted for; GET /api/unreadable-messages lists what could not be read`,
      );
  });

  const statistics = createStatisticsKeeper({
    database,
    logger,
    intervalMs: config.statisticsIntervalMs,
    keepDays: config.statisticsDays,
  });

  const replays = createReplayWorker({
    database,
    logger,
    filters,
    pollIntervalMs: config.pollIntervalMs,
  });

  const workers = runWorkers([claimer, sequencer, auditor, statistics, replays], config.onFatal);

  const app = createHttpServer({
    logger,
    health,
    metrics,
    dependencies: [
      { name: 'Postgres', isAway: isTransientDatabaseError },
      { name: 'NATS', isAway: isTransientBusError },
    ],
  });
  mountRoutes(app, {
    authenticate: (request) => readPrincipal(request, config.internalToken),
    database,
    bus,
    publisher,
    catalog,
    secretBox,
    guard,
    ownOrigins: config.ownOrigins,
    onKeysReleased: sequencer.wake,
    lanes,
    replicas,
    waitReason: createWaitReason(catalog, lanes, clock.nowMs),
    sender: authorizedSender,
    userAgent: USER_AGENT,
    hopCounts,
    defaultMaxRetries: config.defaultMaxRetries,
    wakeReplays: replays.wake,
    filters,
    transformer,
    compactor,
  });

  return {
    app,
    health,
    async close() {
      // Against the stream: take nothing new in, let what is under way end, write down what became of it.
      stopping.abort();
      await Promise.all([consumer.stop(), workers.stop()]);
      // What waits in memory is due at once for another replica, even while an endpoint here keeps us waiting.
      for (const shipment of lanes.stop()) await requeue(shipment);
      await lanes.idle();
      await recorder.drain();
      await deadLetters.drain();
      await keepers.stop();
      await publisher.drain();
      publisher.close();
      await sender.close();
      await Promise.all([tokenFetch.close(), filters.close(), sandbox.close(), compactor.close()]);
      await bus.close();
      await database.close();
    },
  };
}
