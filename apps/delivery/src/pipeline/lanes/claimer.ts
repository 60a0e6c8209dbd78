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
  /** Whether a lease would be this replica's own: without, what is claimed would only be given back. */
  mayLease: () => boolean;
  /** Is told of every round. */
  monitor: ClaimMonitor;
  leaseSeconds: number;
  pollIntervalMs: number;
  /** Woken when deliveries have become due. */
  waker?: Waker | undefined;
  /**
   * Deliveries that gave up, whose dead letters are still to be published. Nothing more is claimed until it resolves:
   * their payloads are in no lane, so no more than one claim's may be in memory. Must not reject.
   */
  onDead: (dead: readonly { row: ClaimedRow; delivery: DueDelivery }[]) => Promise<void>;
}

const MAX_ROWS = 500;
const MAX_ENDPOINTS = 500;
/** After a round that brought something; every lane that got its fill has work for longer than this. */
const BUSY_PAUSE_MS = 50;

/**
 * Brings what waits in Postgres into the lanes when it is due: retries, deliveries that found their lane full, and
 * those of a replica that died (their lease has run out).
 *
 * It goes round all endpoints with open work, at most MAX_ENDPOINTS at a time. A claim that was cut short is
 * followed by the next at once. One that found nothing is followed by a pause as long as it took, at the least:
 * where thousands of endpoints are down, looking through them (1.3 µs an endpoint and partition, measured) must not
 * take all of Postgres' time.
 */
export function createClaimer(options: ClaimerOptions): LoopWorker {
  const { database, catalog, lanes, logger, monitor } = options;
  let afterEndpoint = '';
  let claimedInRound = 0;
  let nextSearchAtMs = performance.now();
  let searching = false;

  /** @returns how long to wait before the next */
  async function claimOnce(): Promise<number> {
    await catalog.refresh();
    if (catalog.paused) {
      monitor.recordSuccess();
      return options.pollIntervalMs;
    }
    // First: it may free bytes, where lanes lost their share.
    const capacityByLane = lanes.capacityByLane();
    const { freeBytes } = lanes;
    if (!options.mayLease()) {
      monitor.recordFailure('this replica has not been able to tell Postgres in time that it is there');
      return options.pollIntervalMs;
    }
    if (freeBytes <= 0) {
      monitor.recordSuccess();
      return options.pollIntervalMs;
    }
    const start = performance.now();
    if (afterEndpoint === '') {
      claimedInRound = 0;
      // Dead letters of endpoints that are switched off: as often as leases end, through a whole round.
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
    // An endpoint made after the look above can have deliveries already: it must not be taken for a deleted one. One that
    // was deleted after it gets nothing, least of all what was not due yet.
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
