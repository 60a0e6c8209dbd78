import type { Database } from '@hookline/db';

/** Makes the job known, due at `runAt`; a job that is known already is not put off, but may be due sooner. */
export async function ensureJob(database: Database, name: string, runAt: Date): Promise<void> {
  await database.system(
    `insert into jobs (name, run_at) values ($1, $2)
     on conflict (name) do update set run_at = least(jobs.run_at, excluded.run_at)`,
    [name, runAt],
  );
}
