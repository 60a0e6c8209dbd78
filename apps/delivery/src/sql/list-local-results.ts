import type { Transaction } from '@hookline/db';
import { localResults } from '@hookline/db/delivery';
import { and, asc, eq } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

export type LocalResultRow = typeof localResults.$inferSelect;

/** Lists what was reported about an event that a program had forwarded to a local server, oldest report first. */
export function listLocalResults(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'createdAt'>,
): Promise<LocalResultRow[]> {
  return tx
    .select()
    .from(localResults)
    .where(and(eq(localResults.eventId, event.id), eq(localResults.createdAt, event.createdAt)))
    .orderBy(asc(localResults.number));
}
