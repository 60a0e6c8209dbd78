import type { Database } from '@hookline/db';
import type { ReplicaTimeouts } from './record-heartbeat.ts';

export interface EndedLeases {
  /** That were struck off; no other call names them. */
  gone: string[];
  /** Of how many deliveries. */
  deliveries: number;
}

/**
 * Only who has been heard of all the time itself calls others gone: when Postgres comes back after an outage none has been
 * heard of, and all are there.
 *
 * Both in one statement: a replica that is back says so before (then it is not gone) or after it, and what it takes then
 * is not ended. A lease ends within its length from now, so of each endpoint only what is due by then is looked at, in the
 * index. The row keeps the name of its lease until it is claimed: should the replica be there after all, an outcome of
 * its still counts.
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

/** Strikes off replicas that are gone, and makes due at once what they were sending. */
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
