import type { Database } from '@hookline/db';

/**
 * Releases a job that has not run to its end. It stays due, so that another replica claims it at once.
 * @returns false if the lease has been lost
 */
export async function releaseJob(database: Database, name: string, leaseId: string): Promise<boolean> {
  const { rowCount } = await database.system(
    `update jobs set lease_id = null, lease_until = null where name = $1 and lease_id = $2`,
    [name, leaseId],
  );
  return rowCount === 1;
}
