import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Tasks that do not rest already. A run that is under way ends. */
export async function pauseTaskRows(
  transaction: Transaction,
  connectionId: string,
  reason: string,
): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks set paused_reason = ${reason}
    where connection_id = ${connectionId} and paused_reason is null`);
}

/** Tasks that rest for this reason, each at its own time within a span. Cursors stay as they were. */
export async function resumeTaskRows(
  transaction: Transaction,
  connectionId: string,
  reason: string,
  withinSeconds: number,
): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks
    set paused_reason = null, done = 0, counted_at = hookline_now(), failures = 0,
        due_at = hookline_now() + make_interval(secs => least(interval_seconds, ${withinSeconds}::float8) * phase)
    where connection_id = ${connectionId} and paused_reason = ${reason}`);
}
