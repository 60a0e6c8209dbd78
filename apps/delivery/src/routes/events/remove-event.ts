import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { recordStatusChanges } from '../../operations/statistics/record-status-changes.ts';
import { unparkKeys } from '../../pipeline/ordering/unpark-keys.ts';
import { clearEvent } from '../../sql/clear-event.ts';
import { discardDeliveries } from '../../sql/discard-deliveries.ts';
import type { EventRow } from '../../sql/event-row.ts';
import { lockEventDeliveries } from '../../sql/list-event-deliveries.ts';

/**
 * Removes the content of an event and the responses to its attempts. Its row, its deliveries and its key stay, because the
 * ledger counts them and a repeat must still be recognised. A request that other events came with is removed from all of
 * them, because it holds the content of this event. Its dead letters are discarded, and their ordering keys released.
 * @param event locked by the transaction
 * @throws ApiError `conflict` while a delivery of the event is open
 */
export async function removeEvent(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'createdAt' | 'requestId'>,
  by: string,
): Promise<void> {
  const deliveries = await lockEventDeliveries(tx, event);
  if (
    deliveries.some(({ status }) => status !== 'success' && status !== 'failed' && status !== 'discarded')
  ) {
    throw new ApiError('conflict', {
      message:
        'Deliveries of this event are still open: it can be deleted when all of them have succeeded, failed or been cancelled',
    });
  }
  const dead = deliveries.filter(({ status }) => status === 'failed');
  if (dead.length > 0) {
    await recordStatusChanges(tx, dead, 'discarded');
    await discardDeliveries(
      tx,
      { eventId: event.id, createdAt: event.createdAt },
      dead.map(({ endpointId }) => endpointId),
      { by, at: new Date().toISOString(), reason: 'The event was deleted' },
    );
    await unparkKeys(tx, dead);
  }
  await clearEvent(tx, event);
}
