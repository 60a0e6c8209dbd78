import type { Database } from '@hookline/db';
import { type LateTaskRow, listLateTasks } from '../sql/list-late-tasks.ts';
import { moveDueTimes } from '../sql/move-due-times.ts';
import { catchUpAt } from './catch-up.ts';

/** A task that is later than this has missed its run. */
export const LATE_SECONDS = 300;
const BATCH = 1_000;

/** Gives tasks that have missed their runs a due time as `catchUpAt` says, a batch at a time. */
export async function spreadLateTasks(
  database: Database,
  lateSeconds: number,
): Promise<{ count: number; isComplete: boolean }> {
  const { rows } = await listLateTasks.run<LateTaskRow>(database, {
    late_seconds: lateSeconds,
    limit: BATCH,
  });
  if (rows.length === 0) return { count: 0, isComplete: true };
  const { rowCount } = await moveDueTimes.run(database, {
    moves: rows.map((row) => ({
      id: row.id,
      from_due: row.dueAt,
      to_due: new Date(catchUpAt(row, row.nowMs)).toISOString(),
      outcome: 'collapsed',
    })),
  });
  return { count: rowCount, isComplete: rows.length < BATCH };
}
