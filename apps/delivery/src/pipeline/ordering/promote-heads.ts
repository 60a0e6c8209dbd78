import type { Database } from '@hookline/db';

/** An ordering key of an endpoint, where the walk continues. */
export interface KeyPosition {
  endpointId: string;
  orderingKey: string;
}

export interface Promotion {
  /** Deliveries that have become due. */
  promoted: number;
  /** Deliveries that are next, but must wait until all earlier events are fanned out. */
  early: number;
  /** The walk continues after this key; undefined when it is complete. */
  after: KeyPosition | undefined;
}

/**
 * Makes the first open delivery of each ordering key due, unless it is due already or the key is parked. The walk jumps
 * from key to key in the index, so its cost is the number of keys with waiting deliveries, whatever the number of
 * deliveries.
 *
 * Deliveries behind the given position stay as they are: earlier events may not be in the table yet, because another
 * replica is storing them. Two replicas may run this at the same time: a delivery that is due or settled by the time
 * its row is locked stays as it is.
 */
const PROMOTE_HEADS = `
with recursive keys(endpoint_id, ordering_key, n) as (
  (select d.endpoint_id, d.ordering_key, 1
   from deliveries d
   where d.due_at = 'infinity' and (d.endpoint_id, d.ordering_key) > ($2, $3)
   order by d.endpoint_id, d.ordering_key
   limit 1)
  union all
  select next.endpoint_id, next.ordering_key, k.n + 1
  from keys k
  cross join lateral (
    select d.endpoint_id, d.ordering_key
    from deliveries d
    where d.due_at = 'infinity' and (d.endpoint_id, d.ordering_key) > (k.endpoint_id, k.ordering_key)
    order by d.endpoint_id, d.ordering_key
    limit 1
  ) next
  where k.n < $4
), heads as materialized (
  select first.*
  from keys k
  cross join lateral (
    select d.event_id, d.endpoint_id, d.created_at, d.due_at, d.ordering_position
    from deliveries d
    where d.endpoint_id = k.endpoint_id and d.ordering_key = k.ordering_key and d.due_at is not null
    order by d.ordering_position
    limit 1
  ) first
  where first.due_at = 'infinity'
    and not exists (
      select from parked_keys p where p.endpoint_id = k.endpoint_id and p.ordering_key = k.ordering_key)
), promoted as (
  update deliveries d
  set due_at = now()
  from heads h
  where d.event_id = any(array[h.event_id]) and d.endpoint_id = any(array[h.endpoint_id])
    and d.created_at = h.created_at
    and d.due_at = 'infinity' and h.ordering_position <= $1
  returning 1
)
select (select count(*) from promoted)::integer as promoted,
       (select count(*) from heads where ordering_position > $1)::integer as early,
       count(*)::integer as keys,
       (array_agg(endpoint_id order by n desc))[1] as "endpointId",
       (array_agg(ordering_key order by n desc))[1] as "orderingKey"
from keys`;

const MAX_KEYS = 1_000;

interface Row extends KeyPosition {
  promoted: number;
  early: number;
  keys: number;
}

/** @param position all events up to it are in the table */
export async function promoteHeads(
  database: Database,
  position: string,
  after: KeyPosition | undefined,
): Promise<Promotion> {
  const { rows } = await database.system<Row>(PROMOTE_HEADS, [
    position,
    after?.endpointId ?? '',
    after?.orderingKey ?? '',
    MAX_KEYS,
  ]);
  const row = rows[0] as Row;
  return {
    promoted: row.promoted,
    early: row.early,
    after: row.keys < MAX_KEYS ? undefined : { endpointId: row.endpointId, orderingKey: row.orderingKey },
  };
}
