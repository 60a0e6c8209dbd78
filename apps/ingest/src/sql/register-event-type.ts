import type { Transaction } from '@hookline/db';
import { eventTypes } from '@hookline/db/ingest';
import { sql } from 'drizzle-orm';
import type { EventTypeRow } from './event-type-row.ts';

/** Registers an event type. If it exists already, only the given fields change. */
export async function registerEventType(
  transaction: Transaction,
  key: { tenantId: string; type: string },
  changes: Partial<Pick<EventTypeRow, 'description' | 'schema'>>,
): Promise<EventTypeRow> {
  const [row] = await transaction
    .insert(eventTypes)
    .values({ ...key, registered: true, ...changes })
    .onConflictDoUpdate({
      target: [eventTypes.tenantId, eventTypes.type],
      set: { registered: true, updatedAt: sql`now()`, ...changes },
    })
    .returning();
  if (!row) throw new Error(`the event type ${key.type} was not registered`);
  return row;
}
