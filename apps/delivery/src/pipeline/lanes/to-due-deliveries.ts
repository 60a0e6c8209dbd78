import type { DueDelivery } from '../delivery/due-delivery.ts';
import { type ClaimedRow, POISON_SUSPECT_CLAIMS } from './claim-due.ts';

/**
 * Converts claimed rows to deliveries. Each row has its replay's transformation, up to 50 KB that no lane counts, so all
 * deliveries of a replay share one object.
 */
export function toDueDeliveries(
  rows: readonly ClaimedRow[],
  leaseId: string,
  leaseUntilMs: number,
): { row: ClaimedRow; delivery: DueDelivery }[] {
  const transformations = new Map<string, ClaimedRow['transformation']>();
  return rows.map((row) => {
    const { replayId } = row;
    if (replayId !== null && !transformations.has(replayId))
      transformations.set(replayId, row.transformation);
    const delivery: DueDelivery = {
      eventId: row.eventId,
      endpointId: row.endpointId,
      tenantId: row.tenantId,
      eventType: row.eventType,
      eventTime: row.eventTime,
      receivedAt: row.receivedAt,
      traceparent: row.traceparent,
      hops: row.hops,
      retriedAt: row.retriedAt,
      payload: row.payload ?? new Uint8Array(),
      request: row.getsRequest ? row.request : undefined,
      attempts: row.attempts,
      attemptsBefore: row.attemptsBefore,
      trigger: row.trigger,
      transformation: replayId === null ? null : (transformations.get(replayId) ?? null),
      replayId,
      leaseId,
      leaseUntilMs,
      isPoisonSuspect: row.claimsBefore >= POISON_SUSPECT_CLAIMS,
    };
    return { row, delivery };
  });
}
