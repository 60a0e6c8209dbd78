import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries, events } from '@hookline/db/delivery';
import { and, eq, inArray } from 'drizzle-orm';
import { unparkKeys } from '../../ordering/unpark-keys.ts';
import { recordStatusChanges } from '../../statistics/record-status-changes.ts';
import type { EventRow } from './present-event.ts';

/**
 * Takes away what an event said, and what receivers answered to it. Its row, its deliveries and its key stay: the
 * books count them, and a repeat is still recognised. Dead letters of it are let go, for nothing is left to send, and
 * with them the ordering keys that they hold back.
 * @param event locked by the transaction
 * @throws ApiError `conflict` while a delivery of it is open
 */
export async function removeEvent(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'createdAt'>,
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
    .set({ deletedAt: new Date(), payload: Buffer.alloc(0), sizeBytes: 0 })
    .where(key);
  await tx
    .update(attempts)
    .set({ responseHeaders: null, responseBody: null })
    .where(and(eq(attempts.eventId, event.id), eq(attempts.createdAt, event.createdAt)));
}
