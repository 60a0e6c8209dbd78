import type { Database } from '@hookline/db';

/**
 * Stores a successful run and the time of the next run. So `last_finished_at` is the time of the last success.
 * @returns false, and changes nothing, if the lease has been lost
 */
export async function finishJob(
  database: Database,
  run: { name: string; leaseId: string; runAt: Date; result: unknown },
): Promise<boolean> {
  const { rowCount } = await database.system(
    `update jobs
     set lease_id = null, lease_until = null, run_at = $3, runs = runs + 1,
         last_finished_at = hookline_now(), last_error = null, last_result = $4
     where name = $1 and lease_id = $2`,
    [run.name, run.leaseId, run.runAt, JSON.stringify(run.result ?? null)],
  );
  return rowCount === 1;
}
