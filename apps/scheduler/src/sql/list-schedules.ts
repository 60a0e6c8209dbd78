import { countUpTo, type Transaction } from '@hookline/db';
import { schedules } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { desc, lt } from 'drizzle-orm';
import type { ScheduleRow } from './schedule-row.ts';

/** Lists the schedules that the transaction may see, newest first. */
export function listSchedules(
  transaction: Transaction,
  { after, offset, limit }: RowRange,
): Promise<ScheduleRow[]> {
  return transaction
    .select()
    .from(schedules)
    .where(after === undefined ? undefined : lt(schedules.id, after))
    .orderBy(desc(schedules.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the schedules that the transaction may see, but no more than `limit`. */
export function countSchedules(transaction: Transaction, limit: number): Promise<number> {
  return countUpTo(transaction, schedules, undefined, limit);
}
