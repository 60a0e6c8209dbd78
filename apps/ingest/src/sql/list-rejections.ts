import type { Transaction } from '@hookline/db';
import { rejections } from '@hookline/db/ingest';
import { and, desc, eq, lt, sql } from 'drizzle-orm';

export type RejectionRow = typeof rejections.$inferSelect;

export interface RejectionFilter {
  sourceId: string | undefined;
  eventId: string | undefined;
  code: string | undefined;
  /** Only what came before this one. */
  beforeId: string | undefined;
  offset: number;
  limit: number;
}

/** Rejections, newest first, among those that the transaction may see. */
export function listRejections(transaction: Transaction, filter: RejectionFilter): Promise<RejectionRow[]> {
  return transaction
    .select()
    .from(rejections)
    .where(conditionsOf(filter))
    .orderBy(desc(rejections.id))
    .offset(filter.offset)
    .limit(filter.limit);
}

/** How many there are, counted up to a limit. */
export async function countRejections(
  transaction: Transaction,
  filter: RejectionFilter,
  limit: number,
): Promise<number> {
  const some = transaction
    .select({ id: rejections.id })
    .from(rejections)
    .where(conditionsOf(filter))
    .limit(limit)
    .as('some');
  const [row] = await transaction.select({ n: sql<number>`count(*)::integer` }).from(some);
  return row?.n ?? 0;
}

const conditionsOf = (filter: RejectionFilter) =>
  and(
    filter.sourceId === undefined ? undefined : eq(rejections.sourceId, filter.sourceId),
    filter.eventId === undefined ? undefined : eq(rejections.eventId, filter.eventId),
    filter.code === undefined ? undefined : eq(rejections.code, filter.code),
    filter.beforeId === undefined ? undefined : lt(rejections.id, filter.beforeId),
  );
