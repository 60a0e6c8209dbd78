import type { Database } from '@hookline/db';
import type { ReplicaTimeouts } from './record-heartbeat.ts';

export interface EndedLeases {
  /** The ids of the dead replicas that this call removed. No other call returns them. */
  gone: string[];
  /** How many deliveries are due again. */
  deliveries: number;
}

/**
 * Removes dead replicas and ends their leases. Only a replica whose own heartbeats had no gap may do this: after an
 * outage of Postgres every replica has a gap, although all of them are running.
 *
 * Both happen in one statement. A replica that comes back reports either before the statement, and then it is not dead,
 * or after it, and then the leases that it takes are not ended. A lease ends at most `leaseSeconds` from now, so only
 * deliveries that are due by then are read, endpoint by endpoint, in the index. A row keeps the id of its lease until
 * it is claimed: if the replica is running after all, its outcome still counts.
 */
const END = `
with recursive heard as (
  select from delivery_replicas
  where id = $1 and seen_at >= now() - $2 * interval '1 second' and since < now() - $3 * interval '1 second'
), gone as (
  delete from delivery_replicas r
  using heard
  where r.id <> $1 and r.seen_at < now() - $3 * interval '1 second'
  returning r.id
), waiting(endpoint_id) as (
  (select d.endpoint_id from deliveries d where d.due_at is not null order by d.endpoint_id limit 1)
  union all
  select (select d.endpoint_id from deliveries d
          where d.due_at is not null and d.endpoint_id > w.endpoint_id
          order by d.endpoint_id limit 1)
  from waiting w
  where w.endpoint_id is not null
), ended as (
  update deliveries d
  set due_at = now()
  from waiting w
  where d.endpoint_id = w.endpoint_id and d.due_at > now() and d.due_at <= now() + $4 * interval '1 second'
    and split_part(d.lease_id, '-', 1) in (select id from gone)
  returning 1
)
select array(select id from gone) as gone, (select count(*)::integer from ended) as deliveries`;

/** Removes dead replicas, and makes the deliveries that they were sending due at once. */
export async function endLeases(
  database: Database,
  replica: string,
  { silentAfterSeconds, goneAfterSeconds }: ReplicaTimeouts,
  leaseSeconds: number,
): Promise<EndedLeases> {
  const { rows } = await database.system<EndedLeases>(END, [
    replica,
    silentAfterSeconds,
    goneAfterSeconds,
    leaseSeconds,
  ]);
  return rows[0] ?? { gone: [], deliveries: 0 };
}
