import type { Database } from '@hookline/db';

/**
 * Stores a failed run. The job is due again after the delay.
 * @returns false, and changes nothing, if the lease has been lost
 */
export async function failJob(
  database: Database,
  run: { name: string; leaseId: string; retryDelayMs: number; error: unknown },
): Promise<boolean> {
  const message = run.error instanceof Error ? run.error.message : String(run.error);
  const { rowCount } = await database.system(
    `update jobs
     set lease_id = null, lease_until = null, run_at = hookline_now() + make_interval(secs => $3), runs = runs + 1,
         last_error = $4
     where name = $1 and lease_id = $2`,
    [run.name, run.leaseId, run.retryDelayMs / 1000, message.slice(0, 2_000)],
  );
  return rowCount === 1;
}
