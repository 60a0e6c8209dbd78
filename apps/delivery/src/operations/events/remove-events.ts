import type { Transaction } from '@hookline/db';
import { type ClearedEvent, clearEvents } from '../../sql/clear-events.ts';
import { discardDeliveries } from '../../sql/discard-deliveries.ts';
import { lockDeliveriesOf } from '../../sql/lock-events.ts';

const SETTLED: readonly string[] = ['success', 'failed', 'discarded'];

/**
 * Removes the content of events and the responses to their attempts. Their rows, deliveries and keys stay, because the
 * ledger counts them and a repeat must still be recognised. A request that other events came with is removed from all of
 * them, because it holds the content of these events. Their dead letters are discarded, and the ordering keys released.
 * @param events locked by the transaction, which must plan by key
 * @returns the ids of the events that were removed: all but those with an open delivery
 */
export async function removeEvents(
  tx: Transaction,
  events: readonly ClearedEvent[],
  by: string,
): Promise<string[]> {
  const deliveries = await lockDeliveriesOf(
    tx,
    events.map(({ id }) => id),
  );
  const kept = new Set(
    deliveries.filter(({ status }) => !SETTLED.includes(status)).map(({ eventId }) => eventId),
  );
  const dead = deliveries.filter(({ eventId, status }) => status === 'failed' && !kept.has(eventId));
  const removed = events.filter(({ id }) => !kept.has(id));
  await discardDeliveries(tx, dead, ['failed'], { by, reason: 'The event was deleted' });
  await clearEvents(tx, removed);
  return removed.map(({ id }) => id);
}
