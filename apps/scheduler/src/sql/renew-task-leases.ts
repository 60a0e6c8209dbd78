import { type Database, rowSet, statement } from '@hookline/db';

const leases = rowSet({ id: 'text', lease_id: 'text' });

const RENEW = statement(
  { leases, lease_seconds: 'float8' },
  ({ leases, lease_seconds }) => `
  update connection_tasks t set due_at = hookline_now() + make_interval(secs => ${lease_seconds})
  from ${leases('l')}
  where t.id = l.id and t.lease_id = l.lease_id
  returning t.id, t.lease_id as "leaseId"`,
);

export interface HeldTask {
  readonly id: string;
  readonly leaseId: string;
}

/** Prolongs the leases of tasks that are running. @returns those that this replica still has */
export async function renewTaskLeases(
  database: Database,
  held: readonly HeldTask[],
  leaseSeconds: number,
): Promise<HeldTask[]> {
  const { rows } = await RENEW.run<HeldTask>(database, {
    leases: held.map(({ id, leaseId }) => ({ id, lease_id: leaseId })),
    lease_seconds: leaseSeconds,
  });
  return rows;
}
