import { type SQL, sql } from 'drizzle-orm';

/**
 * Events that are, by what `changes` (rows of statistics_changes) point at, dead now and not counted so, or the other
 * way round: `n` is 1 or -1. As all changes of the snapshot are looked at together with the deliveries of the same
 * snapshot, it does not matter in which order they were made, or by how many transactions at a time.
 *
 * The state of the deliveries is asked for one by one: joined, the planner might read all of them.
 */
export const turnedEvents = (changes: SQL) => sql`
  select tenant_id, event_type, bucket, id, created_at, case when is_dead then 1 else -1 end as n
  from (
    select c.tenant_id, c.event_type, c.bucket, e.id, e.created_at, e.counted_dead,
           (select true from deliveries d
            where d.event_id = any(array[e.id]) and d.created_at = e.created_at and d.status = 'failed'
            limit 1) is not null as is_dead
    from (select distinct tenant_id, event_type, bucket, event_id from ${changes} g where event_id is not null) c
    cross join lateral (
      select id, created_at, counted_dead from events
      where id = any(array[c.event_id]) and created_at >= c.bucket and created_at < c.bucket + interval '5 minutes'
      limit 1
    ) e
  ) looked_up
  where is_dead <> counted_dead`;
