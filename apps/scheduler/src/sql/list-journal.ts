import { countUpTo, type Transaction } from '@hookline/db';
import { connectionJournal } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, lt } from 'drizzle-orm';

export type JournalRowRead = typeof connectionJournal.$inferSelect;

/** The journal of a connection, newest first. */
export function listJournal(
  transaction: Transaction,
  connectionId: string,
  { after, offset, limit }: RowRange,
): Promise<JournalRowRead[]> {
  return transaction
    .select()
    .from(connectionJournal)
    .where(
      and(
        eq(connectionJournal.connectionId, connectionId),
        after === undefined ? undefined : lt(connectionJournal.id, after),
      ),
    )
    .orderBy(desc(connectionJournal.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the entries of the list, but no more than `limit`. */
export function countJournal(transaction: Transaction, connectionId: string, limit: number): Promise<number> {
  return countUpTo(transaction, connectionJournal, eq(connectionJournal.connectionId, connectionId), limit);
}
