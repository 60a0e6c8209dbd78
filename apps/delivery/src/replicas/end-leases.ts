import type { Database } from '@hookline/db';

/**
 * A lease ends within its length from now, so of each endpoint only what is due by then is looked at, in the index. The
 * row keeps the name of its lease until it is claimed: should the replica be there after all, its outcome still counts.
 */
const END = `
with recursive waiting(endpoint_id) as (
  (select d.endpoint_id from deliveries d where d.due_at is not null order by d.endpoint_id limit 1)
  union all
  select (select d.endpoint_id from deliveries d
          where d.due_at is not null and d.endpoint_id > w.endpoint_id
          order by d.endpoint_id limit 1)
  from waiting w
  where w.endpoint_id is not null
)
update deliveries d
set due_at = now()
from waiting w
where d.endpoint_id = w.endpoint_id and d.due_at > now() and d.due_at <= now() + $2 * interval '1 second'
  and split_part(d.lease_id, '-', 1) = any($1)`;

/**
 * Makes due at once what replicas were sending when they went.
 * @returns of how many deliveries
 */
export async function endLeases(
  database: Database,
  replicas: readonly string[],
  leaseSeconds: number,
): Promise<number> {
  const { rowCount } = await database.system(END, [replicas, leaseSeconds]);
  return rowCount;
}
