import type { Bus, PayloadObjects } from '@hookline/bus';
import { type DatabaseClock, keptRequestPlace, type SecretBox } from '@hookline/db';
import { createWaker, type Foundation, type HopCounts, type LoopWorker, type Waker } from '@hookline/service';
import type { Endpoints } from '../endpoints/build-endpoints.ts';
import type { DeliveryMetrics } from '../metrics.ts';
import type { DeliveryOptions } from '../options.ts';
import { recordWhenStored } from './delivery/record-when-stored.ts';
import type { Settled } from './delivery/settled.ts';
import type { Shipment } from './delivery/shipment.ts';
import { type EventConsumer, openEventConsumer } from './fan-out/open-event-consumer.ts';
import type { FilterEvaluator } from './filters/filter-evaluator.ts';
import { type ClaimMonitor, createClaimMonitor } from './lanes/claim-monitor.ts';
import { createClaimer } from './lanes/claimer.ts';
import { createLaneRegistry, type LaneRegistry } from './lanes/lane-registry.ts';
import type { ReplicaShare } from './lanes/rate-limiter.ts';
import { createSequencer } from './ordering/sequencer.ts';
import { buildOutcomes } from './outcomes/build-outcomes.ts';
import type { OutcomeRecorder } from './outcomes/outcome-recorder.ts';
import { requeueShipment } from './sending/attempt-delivery.ts';
import type { Sending } from './sending/build-sending.ts';
import { createShipmentSender } from './sending/create-shipment-sender.ts';

/** The part of the replica register that the pipeline needs. */
export interface Membership {
  readonly share: ReplicaShare;
  /** @param takenAtMs by performance.now() */
  holdsLease(takenAtMs: number): boolean;
}

export interface PipelineParts {
  bus: Bus;
  /** Changes when the stream is created again. */
  streamEpoch: string;
  payloads: PayloadObjects;
  endpoints: Endpoints;
  secretBox: SecretBox;
  sending: Sending;
  filters: FilterEvaluator;
  hopCounts: HopCounts;
  userAgent: string;
  /** Names this replica in its leases. */
  replica: string;
  membership: Membership;
  clock: DatabaseClock;
  metrics: DeliveryMetrics;
  /** Woken when the leases of a dead replica were ended. */
  claimWaker: Waker;
  /** Called after an attempt, with the outcome of each delivery. */
  onAttempted: (endpointId: string, settled: readonly Settled[]) => void;
}

export interface Pipeline {
  lanes: LaneRegistry;
  recorder: OutcomeRecorder;
  claimMonitor: ClaimMonitor;
  claimer: LoopWorker;
  sequencer: LoopWorker;
  /** Begins to consume the stream. */
  openConsumer(): Promise<EventConsumer>;
}

/**
 * The path of an event: stream → fan-out → lanes → sender → outcomes → dead letters, with the claimer bringing the due
 * deliveries of Postgres into the lanes.
 */
export function buildPipeline(
  foundation: Foundation,
  options: DeliveryOptions,
  parts: PipelineParts,
): Pipeline {
  const { database, logger, tracing } = foundation;
  const { bus, clock, endpoints, membership, metrics, secretBox, claimWaker } = parts;
  const { catalog } = endpoints;
  const { leaseSeconds } = options;
  const sequenceWaker = createWaker();

  // A lease is named by the process and counts up, so that a second claim of a row by the same process, after the first
  // lease ended, is told from the first claim.
  let leases = 0;
  const leasing = {
    leaseSeconds,
    nextLeaseId: () => `${parts.replica}-${(++leases).toString(36)}`,
    mayLease: () => membership.holdsLease(performance.now()),
  };

  const { recorder, publishDead } = buildOutcomes(foundation, options, {
    bus,
    endpoints,
    metrics,
    sequenceWaker,
  });
  const requeue = (shipment: Shipment) =>
    recordWhenStored(recorder.recordAll, requeueShipment(catalog.get(shipment.endpointId), shipment));
  const lanes = createLaneRegistry({
    maxInFlight: options.maxInFlight,
    inFlightPerEndpoint: options.inFlightPerEndpoint,
    maxInFlightPerEndpoint: options.maxInFlightPerEndpoint,
    maxBufferedBytes: options.maxBufferedBytes,
    getEndpoint: catalog.get,
    share: () => membership.share,
    requeue: (shipment) => void requeue(shipment),
    onDefect: (error, endpointId) =>
      logger.error({ err: error, webhookId: endpointId }, 'a lane found a defect'),
    attempt: createShipmentSender({
      database,
      logger,
      recorder,
      metrics,
      maxClaims: options.maxClaims,
      onAttempted: parts.onAttempted,
      attempts: {
        sender: parts.sending.sender,
        transformer: parts.sending.transformer,
        compactor: parts.sending.compactor,
        openRequestSecret: (tenant, sealed) => secretBox.open(sealed, keptRequestPlace(tenant)),
        userAgent: parts.userAgent,
        hopCounts: parts.hopCounts,
        maxHops: options.maxHops,
        leaseMs: leaseSeconds * 1_000,
        holdsLease: membership.holdsLease,
        databaseNowMs: clock.nowMs,
        getEndpoint: catalog.get,
        tracing,
        onDefect: (error, step, { eventId, endpointId }) =>
          logger.error({ err: error, step, eventId, webhookId: endpointId }, 'an attempt failed by a defect'),
      },
    }),
  });
  catalog.onPauseChange((paused) => (paused ? lanes.pause() : lanes.resume()));
  if (catalog.paused) lanes.pause();
  foundation.onClose(async () => {
    // Waiting deliveries are due at once for another replica, even while an endpoint delays the end of this one.
    for (const shipment of lanes.stop()) await requeue(shipment);
    await lanes.idle();
  });

  const claimMonitor = createClaimMonitor(logger);
  const claimer = createClaimer({
    ...leasing,
    database,
    catalog,
    lanes,
    logger,
    monitor: claimMonitor,
    waker: claimWaker,
    pollIntervalMs: options.pollIntervalMs,
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
  return {
    lanes,
    recorder,
    claimMonitor,
    claimer,
    sequencer,
    openConsumer: () =>
      openEventConsumer({
        ...leasing,
        bus,
        database,
        catalog,
        lanes,
        filters: parts.filters,
        logger,
        payloads: parts.payloads,
        streamEpoch: parts.streamEpoch,
        databaseNowMs: clock.nowMs,
        record: recorder.recordAll,
        onHandled: metrics.handled,
        onOrdered: sequencer.wake,
        tracing,
      }),
  };
}
