import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Any number will do, as long as nothing else in the database takes the same lock. */
const COMPACTION_LOCK = 7_460_115;

/** One statement, so that a change is in statistics_changes or in statistics, never in both or in neither. */
const compact = (maxChanges: number) => sql`
with gone as materialized (
  delete from statistics_changes
  where id in (select id from statistics_changes order by id limit ${maxChanges})
  returning *
), stepped as materialized (
  select g.tenant_id, s.step_seconds, date_bin(s.step_seconds * interval '1 second', g.bucket, 'epoch') as bucket,
         g.endpoint_id, g.event_type, g.received, g.matched, g.delivered, g.dead, g.discarded, g.attempts, g.failures,
         g.duration_ms, g.durations
  from gone g
  cross join (values (300), (3600)) s(step_seconds)
), sums as materialized (
  select tenant_id, step_seconds, bucket, endpoint_id, event_type, sum(received) as received,
         sum(matched) as matched, sum(delivered) as delivered, sum(dead) as dead, sum(discarded) as discarded,
         sum(attempts) as attempts, sum(failures) as failures, sum(duration_ms) as duration_ms
  from stepped
  group by 1, 2, 3, 4, 5
), counts as (
  select tenant_id, step_seconds, bucket, endpoint_id, event_type, duration, 1 as n
  from stepped
  cross join unnest(durations) duration
  union all
  select s.tenant_id, s.step_seconds, s.bucket, s.endpoint_id, s.event_type, h.duration, h.n
  from sums
  join statistics s using (tenant_id, step_seconds, bucket, endpoint_id, event_type)
  cross join unnest(s.duration_buckets, s.duration_counts) h(duration, n)
), histograms as (
  select tenant_id, step_seconds, bucket, endpoint_id, event_type,
         array_agg(duration order by duration) as buckets, array_agg(n order by duration) as counts
  from (
    select tenant_id, step_seconds, bucket, endpoint_id, event_type, duration, sum(n)::bigint as n
    from counts
    group by 1, 2, 3, 4, 5, 6
  ) c
  group by 1, 2, 3, 4, 5
), written as (
  insert into statistics as s (tenant_id, step_seconds, bucket, endpoint_id, event_type, received, matched, delivered,
                               dead, discarded, attempts, failures, duration_ms, duration_buckets, duration_counts)
  select sums.*, coalesce(h.buckets, '{}'), coalesce(h.counts, '{}')
  from sums
  left join histograms h using (tenant_id, step_seconds, bucket, endpoint_id, event_type)
  on conflict (tenant_id, step_seconds, bucket, endpoint_id, event_type) do update
  set received = s.received + excluded.received, matched = s.matched + excluded.matched,
      delivered = s.delivered + excluded.delivered, dead = s.dead + excluded.dead,
      discarded = s.discarded + excluded.discarded, attempts = s.attempts + excluded.attempts,
      failures = s.failures + excluded.failures, duration_ms = s.duration_ms + excluded.duration_ms,
      duration_buckets = excluded.duration_buckets, duration_counts = excluded.duration_counts
)
select count(*)::integer as n from gone`;

/**
 * Adds changes up, oldest first. A transaction that cannot have the lock leaves it to the replica that has: two would
 * each write a histogram without the other's part.
 * @returns how many; 0 also when another replica is at it
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
