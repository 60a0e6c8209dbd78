import type { Transaction } from '@hookline/db';
import { schedules } from '@hookline/db/scheduler';
import type { ScheduleRow } from './schedule-row.ts';

export async function insertSchedule(
  transaction: Transaction,
  schedule: typeof schedules.$inferInsert,
): Promise<ScheduleRow> {
  const [row] = await transaction.insert(schedules).values(schedule).returning();
  if (!row) throw new Error('the schedule was not inserted');
  return row;
}
