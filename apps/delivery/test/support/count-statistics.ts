import type { Harness } from '../harness.ts';

/** By tenant, endpoint and type; what events are received counts for the endpoint ''. */
export type StatisticsCount = Record<string, unknown>[];

/** What the statistics say, whether added up or not. */
export function countFromStatistics({ asOwner }: Pick<Harness, 'asOwner'>): Promise<StatisticsCount> {
  return asOwner(`
    select tenant_id, endpoint_id, event_type, sum(received)::int as received, sum(matched)::int as matched,
           sum(delivered)::int as delivered, sum(dead)::int as dead, sum(discarded)::int as discarded,
           sum(attempts)::int as attempts, sum(failures)::int as failures, sum(timed)::int as timed
    from (
      select tenant_id, endpoint_id, event_type, received, matched, delivered, dead, discarded, attempts, failures,
             (select coalesce(sum(n), 0) from unnest(duration_counts) n) as timed
      from statistics where step_seconds = 3600
      union all
      select tenant_id, endpoint_id, event_type, received, matched, delivered, dead, discarded, attempts, failures,
             cardinality(durations)
      from statistics_changes
    ) s
    group by 1, 2, 3
    order by 1, 2, 3`);
}

/** The same, from every row. */
export function countFromRows({ asOwner }: Pick<Harness, 'asOwner'>): Promise<StatisticsCount> {
  return asOwner(`
    select tenant_id, endpoint_id, event_type, sum(received)::int as received, sum(matched)::int as matched,
           sum(delivered)::int as delivered, sum(dead)::int as dead, sum(discarded)::int as discarded,
           sum(attempts)::int as attempts, sum(failures)::int as failures, sum(attempts)::int as timed
    from (
      select tenant_id, '' as endpoint_id, type as event_type, 1 as received, 0 as matched, 0 as delivered, 0 as dead,
             0 as discarded, 0 as attempts, 0 as failures
      from events
      union all
      select tenant_id, endpoint_id, event_type, 0, 1, (status = 'success')::int, (status = 'failed')::int,
             (status = 'discarded')::int, 0, 0
      from deliveries
      union all
      select a.tenant_id, a.endpoint_id, d.event_type, 0, 0, 0, 0, 0, 1, (a.outcome in ('retry', 'failed'))::int
      from attempts a
      join deliveries d on d.event_id = a.event_id and d.endpoint_id = a.endpoint_id and d.created_at = a.created_at
    ) r
    group by 1, 2, 3
    order by 1, 2, 3`);
}
