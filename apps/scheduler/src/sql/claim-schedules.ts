import type { Database } from '@hookline/db';

/** A schedule that one replica may publish events of until its lease ends. */
export interface ClaimedSchedule {
  id: string;
  tenant: string;
  name: string | null;
  cron: string;
  timeZone: string;
  type: string;
  /** JSON text. */
  data: string;
  catchUp: 'one' | 'none' | 'all';
  /** The oldest time for which no event was published. */
  dueAt: Date;
  /** By the database's clock. */
  claimedAt: Date;
}

/**
 * Claims schedules that are due, the longest due first. Of two replicas that call this at the same time only one gets a
 * schedule. The lease of a replica that dies expires, and another replica publishes the same events under the same keys.
 */
export async function claimSchedules(
  database: Database,
  claim: { leaseId: string; leaseMs: number; limit: number },
): Promise<ClaimedSchedule[]> {
  const { rows } = await database.system<ClaimedSchedule>(
    `update schedules
     set lease_id = $1, lease_until = hookline_now() + make_interval(secs => $2)
     where id in (
       select id from schedules
       where active and next_due_at <= hookline_now() and (lease_until is null or lease_until <= hookline_now())
       order by next_due_at
       limit $3
       for update skip locked
     )
     returning id, tenant_id as tenant, name, cron, time_zone as "timeZone", type, data, catch_up as "catchUp",
       next_due_at as "dueAt", hookline_now() as "claimedAt"`,
    [claim.leaseId, claim.leaseMs / 1000, claim.limit],
  );
  return rows;
}
