import type { Database } from '@hookline/db';

export interface JobRow {
  name: string;
  runAt: Date;
  /** Whether a replica has a lease on the job. It may have died within its lease. */
  running: boolean;
  leaseUntil: Date | null;
  lastStartedAt: Date | null;
  lastSucceededAt: Date | null;
  /** The error of the last run; null if it succeeded. */
  lastError: string | null;
  /** The result of the last successful run. */
  lastResult: unknown;
  /** How many runs have succeeded or failed. */
  runs: number;
}

export async function listJobs(database: Database): Promise<JobRow[]> {
  const { rows } = await database.system<JobRow>(
    `select name, run_at as "runAt", coalesce(lease_until > hookline_now(), false) as running, lease_until as "leaseUntil",
            last_started_at as "lastStartedAt", last_finished_at as "lastSucceededAt", last_error as "lastError",
            last_result as "lastResult", runs::float8 as runs
     from jobs
     order by name`,
  );
  return rows;
}
