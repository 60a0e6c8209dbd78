import type { Transaction } from '@hookline/db';
import { schedules } from '@hookline/db/scheduler';
import { eq } from 'drizzle-orm';

/** @returns false if there is no such schedule */
export async function deleteSchedule(transaction: Transaction, id: string): Promise<boolean> {
  const deleted = await transaction
    .delete(schedules)
    .where(eq(schedules.id, id))
    .returning({ id: schedules.id });
  return deleted.length > 0;
}
