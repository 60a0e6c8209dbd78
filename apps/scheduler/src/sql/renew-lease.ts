import type { Database } from '@hookline/db';

/** @returns false if the lease has been lost */
export async function renewLease(
  database: Database,
  lease: { name: string; leaseId: string; leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await database.system(
    `update jobs set lease_until = hookline_now() + make_interval(secs => $3) where name = $1 and lease_id = $2`,
    [lease.name, lease.leaseId, lease.leaseMs / 1000],
  );
  return rowCount === 1;
}
