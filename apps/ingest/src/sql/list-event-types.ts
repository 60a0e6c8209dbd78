import type { Transaction } from '@hookline/db';
import { eventTypes } from '@hookline/db/ingest';
import { asc } from 'drizzle-orm';
import type { EventTypeRow } from './event-type-row.ts';

/** Lists the tenant's own event types by name. */
export function listEventTypes(transaction: Transaction, limit: number): Promise<EventTypeRow[]> {
  return transaction.select().from(eventTypes).orderBy(asc(eventTypes.type)).limit(limit);
}
