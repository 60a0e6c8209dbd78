import type { Transaction } from '@hookline/db';
import { schedules } from '@hookline/db/scheduler';
import { eq, sql } from 'drizzle-orm';
import type { ScheduleRow } from './schedule-row.ts';

export type ScheduleChange = Partial<
  Pick<ScheduleRow, 'name' | 'cron' | 'timeZone' | 'type' | 'data' | 'catchUp' | 'active' | 'nextDueAt'>
>;

/** Changes a schedule. A replica that publishes its events now does not change its next due time any more. */
export async function updateSchedule(
  transaction: Transaction,
  id: string,
  change: ScheduleChange,
): Promise<ScheduleRow> {
  const [row] = await transaction
    .update(schedules)
    .set({ ...change, leaseId: null, leaseUntil: null, updatedAt: sql`hookline_now()` })
    .where(eq(schedules.id, id))
    .returning();
  if (!row) throw new Error(`the schedule ${id} was not changed`);
  return row;
}
