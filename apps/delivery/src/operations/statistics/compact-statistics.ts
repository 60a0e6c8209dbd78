import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** An arbitrary number that no other advisory lock in the database uses. */
const COMPACTION_LOCK = 7_460_115;

/**
 * One statement, so that a change is either in statistics_changes or in statistics, never in both or in neither. A
 * change of an endpoint is also counted for all endpoints of the tenant together (endpoint_id ''). Only these totals
 * have rows by day: nearly all of the work is rewriting histograms, and most histograms belong to single endpoints.
 */
const compact = (maxChanges: number) => sql`
with gone as materialized (
  delete from statistics_changes
  where id in (select id from statistics_changes order by id limit ${maxChanges})
  returning *
), turned as materialized (
  select tenant_id, event_type, bucket, hookline_count_dead(event_id, bucket) as n
  from (select distinct tenant_id, event_type, bucket, event_id from gone where event_id is not null) g
), fine as materialized (
  select tenant_id, endpoint_id, event_type, bucket, sum(received) as received, sum(matched) as matched,
         sum(delivered) as delivered, sum(dead) as dead, sum(dead_events) as dead_events, sum(discarded) as discarded,
         sum(attempts) as attempts, sum(failures) as failures, sum(duration_ms) as duration_ms
  from (
    select tenant_id, endpoint_id, event_type, bucket, received, matched, delivered, dead, 0 as dead_events, discarded,
           attempts, failures, duration_ms
    from gone
    union all
    select tenant_id, '', event_type, bucket, 0, 0, 0, 0, n, 0, 0, 0, 0 from turned
  ) c
  group by 1, 2, 3, 4
), fine_counts as materialized (
  select tenant_id, endpoint_id, event_type, bucket, duration, count(*) as n
  from gone
  cross join unnest(durations) duration
  group by 1, 2, 3, 4, 5
), steps(step_seconds) as (
  values (300), (3600), (86400)
), sums as materialized (
  select f.tenant_id, a.endpoint_id, s.step_seconds,
         date_bin(s.step_seconds * interval '1 second', f.bucket, 'epoch') as bucket, f.event_type,
         sum(f.received) as received, sum(f.matched) as matched, sum(f.delivered) as delivered, sum(f.dead) as dead,
         sum(f.dead_events) as dead_events, sum(f.discarded) as discarded, sum(f.attempts) as attempts,
         sum(f.failures) as failures, sum(f.duration_ms) as duration_ms
  from fine f
  cross join steps s
  cross join lateral (select '' as endpoint_id union select f.endpoint_id) a
  where s.step_seconds < 86400 or a.endpoint_id = ''
  group by 1, 2, 3, 4, 5
), counts as (
  select c.tenant_id, a.endpoint_id, s.step_seconds,
         date_bin(s.step_seconds * interval '1 second', c.bucket, 'epoch') as bucket, c.event_type, c.duration, c.n
  from fine_counts c
  cross join steps s
  cross join lateral (select '' as endpoint_id union select c.endpoint_id) a
  where s.step_seconds < 86400 or a.endpoint_id = ''
  union all
  select tenant_id, s.endpoint_id, step_seconds, s.bucket, event_type, h.duration, h.n
  from sums
  join statistics s using (tenant_id, endpoint_id, step_seconds, bucket, event_type)
  cross join unnest(s.duration_buckets, s.duration_counts) h(duration, n)
), histograms as (
  select tenant_id, endpoint_id, step_seconds, bucket, event_type,
         array_agg(duration order by duration) as buckets, array_agg(n order by duration) as counts
  from (
    select tenant_id, endpoint_id, step_seconds, bucket, event_type, duration, sum(n)::bigint as n
    from counts
    group by 1, 2, 3, 4, 5, 6
  ) c
  group by 1, 2, 3, 4, 5
), written as (
  insert into statistics as s (tenant_id, endpoint_id, step_seconds, bucket, event_type, received, matched, delivered,
                               dead, dead_events, discarded, attempts, failures, duration_ms, duration_buckets,
                               duration_counts)
  select sums.*, coalesce(h.buckets, '{}'), coalesce(h.counts, '{}')
  from sums
  left join histograms h using (tenant_id, endpoint_id, step_seconds, bucket, event_type)
  on conflict (tenant_id, endpoint_id, step_seconds, bucket, event_type) do update
  set received = s.received + excluded.received, matched = s.matched + excluded.matched,
      delivered = s.delivered + excluded.delivered, dead = s.dead + excluded.dead,
      dead_events = s.dead_events + excluded.dead_events, discarded = s.discarded + excluded.discarded,
      attempts = s.attempts + excluded.attempts, failures = s.failures + excluded.failures,
      duration_ms = s.duration_ms + excluded.duration_ms,
      duration_buckets = excluded.duration_buckets, duration_counts = excluded.duration_counts
)
select count(*)::integer as n from gone`;

/**
 * Adds changes to the statistics, oldest first. If another replica holds the lock, nothing is done: two replicas at
 * once would each write a histogram without the other's part.
 * @returns the number of changes; 0 also if another replica holds the lock
 */
export function compactStatistics(database: Database, maxChanges: number): Promise<number> {
  return database.withSystem(async (transaction) => {
    const locked = await transaction.execute(
      sql`select pg_try_advisory_xact_lock(${COMPACTION_LOCK}) as mine`,
    );
    if (locked.rows[0]?.['mine'] !== true) return 0;
    const { rows } = await transaction.execute(compact(maxChanges));
    return Number(rows[0]?.['n'] ?? 0);
  });
}
