import type { Database } from '@hookline/db';

export interface ClaimedJob {
  leaseId: string;
  /** By the database's clock. */
  claimedAt: Date;
}

/**
 * Claims the job if it is due and not leased. Two replicas that call this at the same time never both get the job: the
 * second one skips the locked row.
 * @returns undefined if the job is not due or is leased
 */
export async function claimJob(
  database: Database,
  claim: { name: string; leaseId: string; leaseMs: number },
): Promise<ClaimedJob | undefined> {
  const { rows } = await database.system<ClaimedJob>(
    `update jobs
     set lease_id = $2, lease_until = hookline_now() + make_interval(secs => $3), last_started_at = hookline_now()
     where name = (
       select name from jobs
       where name = $1 and run_at <= hookline_now() and (lease_until is null or lease_until <= hookline_now())
       for update skip locked
     )
     returning lease_id as "leaseId", hookline_now() as "claimedAt"`,
    [claim.name, claim.leaseId, claim.leaseMs / 1000],
  );
  return rows[0];
}
