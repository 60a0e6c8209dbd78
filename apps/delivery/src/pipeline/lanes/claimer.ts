import { type Database, isTransientDatabaseError } from '@hookline/db';
import { createLoopWorker, type Logger, type LoopWorker, type Waker } from '@hookline/service';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import { toShipments } from '../delivery/shipment.ts';
import { type ClaimedRow, claimDue } from './claim-due.ts';
import type { ClaimMonitor } from './claim-monitor.ts';
import type { LaneRegistry } from './lane-registry.ts';
import { toDueDeliveries } from './to-due-deliveries.ts';

export interface ClaimerOptions {
  database: Database;
  catalog: EndpointCatalog;
  lanes: LaneRegistry;
  logger: Logger;
  nextLeaseId: () => string;
  /** Whether this replica may take leases. If not, it does not claim: the rows would only be returned. */
  mayLease: () => boolean;
  /** Gets the result of every round. */
  monitor: ClaimMonitor;
  leaseSeconds: number;
  pollIntervalMs: number;
  /** Woken when deliveries have become due. */
  waker?: Waker | undefined;
  /**
   * Gets the claimed deliveries that gave up and whose dead letters are not yet published. The next claim waits until it
   * resolves: these payloads are in no lane, so the memory holds those of one claim only. Must not reject.
   */
  onDead: (dead: readonly { row: ClaimedRow; delivery: DueDelivery }[]) => Promise<void>;
}

const MAX_ROWS = 500;
const MAX_ENDPOINTS = 500;
/** The pause after a round that claimed deliveries. A lane that was filled has work for longer than this. */
const BUSY_PAUSE_MS = 50;

/**
 * Claims the due deliveries of Postgres and puts them into the lanes: retries, deliveries whose lane was full, and
 * deliveries of a dead replica (their lease has ended).
 *
 * A round goes through all endpoints with open deliveries, at most MAX_ENDPOINTS in one claim. A claim that was cut short is
 * followed by the next at once. A claim that found nothing is followed by a pause that is at least as long as the claim took:
 * if thousands of endpoints are down, searching them (1.3 µs for each endpoint and partition, measured) must not take all of
 * Postgres' time.
 */
export function createClaimer(options: ClaimerOptions): LoopWorker {
  const { database, catalog, lanes, logger, monitor } = options;
  let afterEndpoint = '';
  let claimedInRound = 0;
  let nextSearchAtMs = performance.now();
  let searching = false;

  /** @returns how long to pause, in ms */
  async function claimOnce(): Promise<number> {
    await catalog.refresh();
    if (catalog.paused) {
      monitor.recordSuccess();
      return options.pollIntervalMs;
    }
    // First: it may free bytes in lanes that lost their share.
    const capacityByLane = lanes.capacityByLane();
    const { freeBytes } = lanes;
    if (!options.mayLease()) {
      monitor.recordFailure('this replica could not report to Postgres in time');
      return options.pollIntervalMs;
    }
    if (freeBytes <= 0) {
      monitor.recordSuccess();
      return options.pollIntervalMs;
    }
    const start = performance.now();
    if (afterEndpoint === '') {
      claimedInRound = 0;
      // Dead letters of endpoints that are switched off are searched for in one whole round in each lease time.
      searching = performance.now() >= nextSearchAtMs;
      if (searching) nextSearchAtMs = performance.now() + options.leaseSeconds * 1000;
    }
    const leaseId = options.nextLeaseId();
    const leaseUntilMs = performance.now() + options.leaseSeconds * 1000;
    const claim = await claimDue(database, {
      leaseId,
      leaseSeconds: options.leaseSeconds,
      capacityByLane: Object.fromEntries(capacityByLane),
      capacityOfOtherLanes: lanes.capacityOfNewLane,
      deadLettersOfInactive: searching,
      maxRows: MAX_ROWS,
      maxBytes: freeBytes,
      maxBytesPerTenant: Math.ceil(freeBytes / 2),
      fullTenants: lanes.fullTenants(),
      afterEndpoint,
      maxEndpoints: MAX_ENDPOINTS,
    });
    monitor.recordSuccess();
    afterEndpoint = claim.nextAfterEndpoint;
    claimedInRound += claim.rows.length;
    // An endpoint that was created after the refresh above can have deliveries: it must not be taken for a deleted endpoint.
    // An endpoint that was deleted after the refresh gets nothing, least of all deliveries that were not due.
    const isUnknown = ({ endpointId, isGone }: ClaimedRow) => {
      const endpoint = catalog.get(endpointId);
      return !endpoint || (isGone && !endpoint.deleted);
    };
    if (claim.rows.some(isUnknown)) await catalog.refresh();
    const dead: { row: ClaimedRow; delivery: DueDelivery }[] = [];
    const sendable: { delivery: DueDelivery; wasDueAt: string }[] = [];
    for (const { row, delivery } of toDueDeliveries(claim.rows, leaseId, leaseUntilMs)) {
      if (row.status === 'failed') dead.push({ row, delivery });
      else sendable.push({ delivery, wasDueAt: row.wasDueAt });
    }
    const perEndpoint = Map.groupBy(sendable, ({ delivery }) => delivery.endpointId);
    for (const [endpointId, claimed] of perEndpoint) {
      const shipments = toShipments(claimed, catalog.get(endpointId)?.batching);
      for (const shipment of shipments) lanes.submitClaimed(shipment);
    }
    if (dead.length > 0) await options.onDead(dead);
    if (claim.cutShort) return 0;
    const tookMs = claim.rows.length > 0 ? 0 : performance.now() - start;
    if (afterEndpoint !== '') return tookMs;
    const pauseMs =
      claimedInRound > 0 ? Math.min(BUSY_PAUSE_MS, options.pollIntervalMs) : options.pollIntervalMs;
    return Math.max(pauseMs, tookMs);
  }

  return createLoopWorker({
    name: 'claimer',
    work: claimOnce,
    onError(error) {
      monitor.recordFailure(error instanceof Error ? error.message : String(error));
      const level = isTransientDatabaseError(error) ? 'warn' : 'error';
      logger[level]({ err: error }, 'due deliveries could not be claimed; trying again');
    },
    pauseAfterErrorMs: options.pollIntervalMs,
    waker: options.waker,
  });
}
