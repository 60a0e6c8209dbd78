import type { Transaction } from '@hookline/db';
import { schedules } from '@hookline/db/scheduler';
import { eq } from 'drizzle-orm';
import type { ScheduleRow } from './schedule-row.ts';

/** A schedule, among those that the transaction may see. */
export async function findSchedule(
  transaction: Transaction,
  id: string,
  lock?: 'for update',
): Promise<ScheduleRow | undefined> {
  const query = transaction.select().from(schedules).where(eq(schedules.id, id));
  const [row] = await (lock ? query.for('update') : query);
  return row;
}
