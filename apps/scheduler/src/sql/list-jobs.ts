import type { Database } from '@hookline/db';

export interface JobRow {
  name: string;
  runAt: Date;
  /** A replica is at work on it, or has died within its lease. */
  running: boolean;
  leaseUntil: Date | null;
  lastStartedAt: Date | null;
  lastSucceededAt: Date | null;
  /** Of the last run, if it failed. */
  lastError: string | null;
  /** Of the last run that went well. */
  lastResult: unknown;
  /** Runs that ended, well or not. */
  runs: number;
}

export async function listJobs(database: Database): Promise<JobRow[]> {
  const { rows } = await database.system<JobRow>(
    `select name, run_at as "runAt", coalesce(lease_until > now(), false) as running, lease_until as "leaseUntil",
            last_started_at as "lastStartedAt", last_finished_at as "lastSucceededAt", last_error as "lastError",
            last_result as "lastResult", runs::float8 as runs
     from jobs
     order by name`,
  );
  return rows;
}
