import { countUpTo, type Transaction } from '@hookline/db';
import { skippedMessages } from '@hookline/db/delivery';
import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';

const { createdAt, streamSeq } = skippedMessages;

/**
 * The place of a message in the list. The messages of a batch are stored at the same moment, so the place needs the stream
 * sequence too.
 */
export interface MessagePlace {
  /** Since 1970. All digits count, and a Date has only milliseconds. */
  microseconds: string;
  streamSeq: string;
}

export type UnreadableMessageRow = typeof skippedMessages.$inferSelect & { microseconds: string };

const columns = {
  ...getTableColumns(skippedMessages),
  microseconds: sql<string>`(extract(epoch from ${createdAt}) * 1000000)::bigint::text`,
};
const isUnreadable = eq(skippedMessages.reason, 'malformed');

/** Lists messages that delivery could not read, newest first. */
export function listUnreadableMessages(
  tx: Transaction,
  { after, offset, limit }: { after: MessagePlace | undefined; offset: number; limit: number },
): Promise<UnreadableMessageRow[]> {
  const isAfter =
    after &&
    sql`(${createdAt}, ${streamSeq}) < ('epoch'::timestamptz + ${after.microseconds}::bigint * interval '1 microsecond', ${after.streamSeq}::bigint)`;
  return tx
    .select(columns)
    .from(skippedMessages)
    .where(and(isUnreadable, isAfter))
    .orderBy(desc(createdAt), desc(streamSeq))
    .limit(limit)
    .offset(offset);
}

/** Counts the unreadable messages, but no more than `limit`. */
export function countUnreadableMessages(tx: Transaction, limit: number): Promise<number> {
  return countUpTo(tx, skippedMessages, isUnreadable, limit);
}
