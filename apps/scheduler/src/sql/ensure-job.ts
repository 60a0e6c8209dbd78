import type { Database } from '@hookline/db';

/** Inserts the job, due at `runAt`. If it exists already, it becomes due at the earlier of both times. */
export async function ensureJob(database: Database, name: string, runAt: Date): Promise<void> {
  await database.system(
    `insert into jobs (name, run_at) values ($1, $2)
     on conflict (name) do update set run_at = least(jobs.run_at, excluded.run_at)`,
    [name, runAt],
  );
}
