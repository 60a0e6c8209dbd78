import { countUpTo, type Transaction } from '@hookline/db';
import { rejections } from '@hookline/db/ingest';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, lt } from 'drizzle-orm';

export type RejectionRow = typeof rejections.$inferSelect;

export interface RejectionFilter {
  sourceId: string | undefined;
  eventId: string | undefined;
  code: string | undefined;
}

/** Lists rejections, newest first, among those that the transaction may see. */
export function listRejections(
  transaction: Transaction,
  filter: RejectionFilter,
  { after, offset, limit }: RowRange,
): Promise<RejectionRow[]> {
  return transaction
    .select()
    .from(rejections)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(rejections.id, after)))
    .orderBy(desc(rejections.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the rejections of the list, but no more than `limit`. */
export function countRejections(
  transaction: Transaction,
  filter: RejectionFilter,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, rejections, conditionsOf(filter), limit);
}

const conditionsOf = ({ sourceId, eventId, code }: RejectionFilter) =>
  and(
    sourceId === undefined ? undefined : eq(rejections.sourceId, sourceId),
    eventId === undefined ? undefined : eq(rejections.eventId, eventId),
    code === undefined ? undefined : eq(rejections.code, code),
  );
