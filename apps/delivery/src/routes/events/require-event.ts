import { ApiError, ID_PREFIX, isId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { EventRow } from '../../sql/event-row.ts';
import { findEvent } from '../../sql/find-event.ts';
import { findRepeatedEvent } from '../../sql/find-repeated-event.ts';

/**
 * @param lock as in findEvent
 * @throws ApiError `not_found`, also for an event that is deleted or that the transaction may not see
 */
export async function requireEvent(
  tx: Transaction,
  id: string,
  lock?: 'share' | 'update',
): Promise<EventRow> {
  const row = await findEvent(tx, id, lock);
  if (!row) throw await explainMissingEvent(tx, id);
  return row;
}

/** The id of a repeat leads to the event that it repeated. */
export async function explainMissingEvent(tx: Transaction, id: string): Promise<ApiError> {
  const repeatOf = isId(ID_PREFIX.event, id) ? await findRepeatedEvent(tx, id) : undefined;
  return repeatOf === undefined
    ? eventNotFound()
    : new ApiError('not_found', {
        message: `${id} was a repeat of the event ${repeatOf}, and was not delivered again`,
        details: { repeatOf },
      });
}

export const eventNotFound = (): ApiError => new ApiError('not_found', { message: 'There is no such event' });
