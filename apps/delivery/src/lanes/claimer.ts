import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { EndpointCatalog } from '../catalog/endpoint-catalog.ts';
import { type ClaimedRow, claimDue } from './claim-due.ts';
import type { DueDelivery } from './due-delivery.ts';
import type { LaneRegistry } from './lane-registry.ts';

export interface ClaimerOptions {
  database: Database;
  catalog: EndpointCatalog;
  lanes: LaneRegistry;
  logger: Logger;
  nextLeaseId: () => string;
  leaseSeconds: number;
  pollIntervalMs: number;
  /** A delivery that gave up before a crash: its dead letter is still to be published. */
  onDead: (row: ClaimedRow, delivery: DueDelivery) => void;
}

export interface Claimer {
  stop(): Promise<void>;
}

const MAX_ROWS = 500;
const MAX_ENDPOINTS = 500;

/**
 * Brings what waits in Postgres into the lanes when it is due: retries, deliveries that found their lane full, and
 * those of a replica that died (their lease has run out).
 */
export function startClaimer(options: ClaimerOptions): Claimer {
  const { database, catalog, lanes, logger } = options;
  let stopped = false;
  let wake: (() => void) | undefined;
  let afterEndpoint = '';

  async function claimOnce(): Promise<number> {
    if (!lanes.hasMemory) return 0;
    await catalog.refresh();
    const rooms = Object.fromEntries(lanes.rooms());
    // Endpoints that are switched off keep their deliveries, due and untouched, until they are switched on.
    for (const id of catalog.inactiveIds()) rooms[id] = 0;
    const leaseId = options.nextLeaseId();
    const leaseUntilMs = Date.now() + options.leaseSeconds * 1000;
    const rows = await claimDue(database, {
      leaseId,
      leaseSeconds: options.leaseSeconds,
      rooms,
      roomOfOthers: lanes.roomOfNewLane,
      limit: MAX_ROWS,
      afterEndpoint,
      maxEndpoints: MAX_ENDPOINTS,
    });
    for (const row of rows) submit(row, leaseId, leaseUntilMs);
    // Start behind the last one next time; from the beginning once the end has been reached.
    const reached = rows.map(({ endpointId }) => endpointId).sort();
    const last = rows.length === MAX_ROWS ? (reached.at(-1) ?? '') : '';
    const restarted = afterEndpoint !== '' && last === '';
    afterEndpoint = last;
    return restarted ? Math.max(1, rows.length) : rows.length;
  }

  function submit(row: ClaimedRow, leaseId: string, leaseUntilMs: number): void {
    const delivery: DueDelivery = {
      eventId: row.eventId,
      endpointId: row.endpointId,
      tenantId: row.tenantId,
      eventType: row.eventType,
      eventTime: row.eventTime,
      receivedAt: row.receivedAt,
      payload: row.payload ?? new Uint8Array(),
      attempts: row.attempts,
      attemptsBefore: row.attemptsBefore,
      trigger: row.trigger,
      leaseId,
      leaseUntilMs,
    };
    if (row.status === 'failed') options.onDead(row, delivery);
    else lanes.submitClaimed(delivery);
  }

  const loop = (async () => {
    while (!stopped) {
      let claimed = 0;
      try {
        claimed = await claimOnce();
      } catch (error) {
        const level = isTransientDatabaseError(error) ? 'warn' : 'error';
        logger[level]({ err: error }, 'due deliveries could not be claimed; trying again');
      }
      if (stopped || claimed > 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.pollIntervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();

  return {
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}
