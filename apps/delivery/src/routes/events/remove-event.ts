import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries, events, sharedRequests } from '@hookline/db/delivery';
import { and, eq, gte, inArray, lte, sql } from 'drizzle-orm';
import { recordStatusChanges } from '../../operations/statistics/record-status-changes.ts';
import { unparkKeys } from '../../pipeline/ordering/unpark-keys.ts';
import type { EventRow } from './present-event.ts';

/**
 * Takes away what an event said, and what receivers answered to it. Its row, its deliveries and its key stay: the
 * books count them, and a repeat is still recognised. A request that brought other events with it says what this one said:
 * it is gone for all of them. Dead letters of it are let go, for nothing is left to send, and
 * with them the ordering keys that they hold back.
 * @param event locked by the transaction
 * @throws ApiError `conflict` while a delivery of it is open
 */
export async function removeEvent(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'createdAt' | 'requestId'>,
  by: string,
): Promise<void> {
  const ofEvent = and(eq(deliveries.eventId, event.id), eq(deliveries.createdAt, event.createdAt));
  const rows = await tx.select().from(deliveries).where(ofEvent).for('update');
  if (rows.some(({ status }) => status !== 'success' && status !== 'failed' && status !== 'discarded')) {
    throw new ApiError('conflict', {
      message:
        'Deliveries of this event are still open: it can be deleted when they have arrived, given up or been cancelled',
    });
  }
  const dead = rows.filter(({ status }) => status === 'failed');
  if (dead.length > 0) {
    await recordStatusChanges(tx, dead, 'discarded');
    await tx
      .update(deliveries)
      .set({
        status: 'discarded',
        dueAt: null,
        leaseId: null,
        discarded: { by, at: new Date().toISOString(), reason: 'The event was deleted' },
      })
      .where(
        and(
          ofEvent,
          inArray(
            deliveries.endpointId,
            dead.map(({ endpointId }) => endpointId),
          ),
        ),
      );
    await unparkKeys(tx, dead);
  }
  const key = and(eq(events.id, event.id), eq(events.createdAt, event.createdAt));
  await tx
    .update(events)
    .set({ deletedAt: sql`now()`, payload: Buffer.alloc(0), sizeBytes: 0, request: null })
    .where(key);
  if (event.requestId !== null) await removeRequest(tx, event.requestId, event.createdAt);
  await tx
    .update(attempts)
    .set({ responseHeaders: null, responseBody: null })
    .where(and(eq(attempts.eventId, event.id), eq(attempts.createdAt, event.createdAt)));
}

/** What a ULID is followed by in its millisecond: 16 more characters. */
const TIME_LENGTH = 'evt_'.length + 10;

async function removeRequest(tx: Transaction, requestId: string, createdAt: Date): Promise<void> {
  await tx
    .delete(sharedRequests)
    .where(and(eq(sharedRequests.id, requestId), eq(sharedRequests.createdAt, createdAt)));
  // Its events have ids of one millisecond: they are found by the primary key.
  const prefix = requestId.slice(0, TIME_LENGTH);
  await tx
    .update(events)
    .set({ request: null })
    .where(
      and(
        gte(events.id, prefix),
        lte(events.id, `${prefix}Z`.padEnd(requestId.length, 'Z')),
        eq(events.createdAt, createdAt),
        eq(events.requestId, requestId),
      ),
    );
}
