import type { Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { and, eq, getTableColumns, isNull } from 'drizzle-orm';
import { createdAtOf, type EventRow, type StoredEventRow } from './event-row.ts';

const { request: _request, ...storedColumns } = getTableColumns(events);
const { payload: _payload, ...columns } = storedColumns;

/**
 * Finds an event that is not deleted, among the events that the transaction may see.
 * @param lock held until the transaction ends. `share` keeps the event from being deleted; `update` also keeps others from
 *   sending it again.
 */
export async function findEvent(
  tx: Transaction,
  id: string,
  lock?: 'share' | 'update',
): Promise<EventRow | undefined> {
  const query = tx
    .select(columns)
    .from(events)
    .where(and(isEvent(id), isNull(events.deletedAt)));
  const [row] = await (lock === undefined ? query : query.for(lock));
  return row;
}

/** As findEvent, with the payload. */
export async function findEventWithPayload(tx: Transaction, id: string): Promise<StoredEventRow | undefined> {
  const [row] = await tx
    .select(storedColumns)
    .from(events)
    .where(and(isEvent(id), isNull(events.deletedAt)));
  return row;
}

/** As findEventWithPayload. Also finds a deleted event, whose payload is empty. */
export async function findStoredEvent(tx: Transaction, id: string): Promise<StoredEventRow | undefined> {
  const [row] = await tx.select(storedColumns).from(events).where(isEvent(id));
  return row;
}

const isEvent = (id: string) => and(eq(events.id, id), eq(events.createdAt, createdAtOf(id)));
