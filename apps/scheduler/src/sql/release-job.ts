import type { Database } from '@hookline/db';

/**
 * Gives a job back undone; it is still due, so that another replica takes it at once.
 * @returns false when the lease is another's by now
 */
export async function releaseJob(database: Database, name: string, leaseId: string): Promise<boolean> {
  const { rowCount } = await database.system(
    `update jobs set lease_id = null, lease_until = null where name = $1 and lease_id = $2`,
    [name, leaseId],
  );
  return rowCount === 1;
}
