import { isDeepStrictEqual } from 'node:util';
import type { Harness } from '../harness.ts';

/** Counts by tenant, endpoint and event type. The endpoint '' is the total of all endpoints, and counts events too. */
export type StatisticsCount = Record<string, unknown>[];

const STEPS_SECONDS = [300, 3_600, 86_400] as const;

/**
 * Reads the counts from the statistics, including changes that are not added up yet.
 * @throws if the steps have different sums
 */
export async function countFromStatistics({ asOwner }: Pick<Harness, 'asOwner'>): Promise<StatisticsCount> {
  const [finest, ...others] = await Promise.all(
    STEPS_SECONDS.map((seconds) =>
      asOwner<StatisticsCount[number]>(`
    select tenant_id, endpoint_id, event_type, sum(received)::int as received, sum(matched)::int as matched,
           sum(delivered)::int as delivered, sum(dead)::int as dead, sum(dead_events)::int as dead_events,
           sum(discarded)::int as discarded, sum(attempts)::int as attempts, sum(failures)::int as failures,
           sum(timed)::int as timed
    from (
      select tenant_id, endpoint_id, event_type, received, matched, delivered, dead, dead_events, discarded, attempts,
             failures, (select coalesce(sum(n), 0) from unnest(duration_counts) n) as timed
      from statistics where step_seconds = ${seconds}
      union all
      select c.tenant_id, a.endpoint_id, event_type, received, matched, delivered, dead, 0, discarded, attempts,
             failures, cardinality(durations)
      from statistics_changes c
      cross join lateral (select '' as endpoint_id union select c.endpoint_id) a
      where ${seconds} < 86400 or a.endpoint_id = ''
      union all
      -- Dead events are counted when changes are added up: 1 for a dead event that is not counted yet, -1 for a counted
      -- event that is not dead any more.
      select e.tenant_id, '', e.type, 0, 0, 0, 0,
             exists (select from deliveries d where d.event_id = e.id and d.status = 'failed')::int
               - e.counted_dead::int, 0, 0, 0, 0
      from events e
      where e.id in (select event_id from statistics_changes)
    ) s
    group by 1, 2, 3
    order by 1, 2, 3`),
    ),
  );
  const [hours, days] = others;
  const ofAll = finest?.filter((row) => row['endpoint_id'] === '');
  if (!isDeepStrictEqual(hours, finest) || !isDeepStrictEqual(days, ofAll))
    throw new Error(`The steps differ: ${JSON.stringify([finest, hours, days])}`);
  return finest as StatisticsCount;
}

/** Computes the same counts from the events, deliveries and attempts themselves. */
export function countFromRows({ asOwner }: Pick<Harness, 'asOwner'>): Promise<StatisticsCount> {
  return asOwner(`
    select r.tenant_id, a.endpoint_id, event_type, sum(received)::int as received, sum(matched)::int as matched,
           sum(delivered)::int as delivered, sum(dead)::int as dead, sum(dead_events)::int as dead_events,
           sum(discarded)::int as discarded, sum(attempts)::int as attempts, sum(failures)::int as failures,
           sum(attempts)::int as timed
    from (
      select tenant_id, '' as endpoint_id, type as event_type, 1 as received, 0 as matched, 0 as delivered, 0 as dead,
             exists (select from deliveries d where d.event_id = e.id and d.status = 'failed')::int as dead_events,
             0 as discarded, 0 as attempts, 0 as failures
      from events e
      union all
      select tenant_id, endpoint_id, event_type, 0, 1, (status = 'success')::int, (status = 'failed')::int, 0,
             (status = 'discarded')::int, 0, 0
      from deliveries
      union all
      select a.tenant_id, a.endpoint_id, d.event_type, 0, 0, 0, 0, 0, 0, 1, (a.outcome in ('retry', 'failed'))::int
      from attempts a
      join deliveries d on d.event_id = a.event_id and d.endpoint_id = a.endpoint_id and d.created_at = a.created_at
    ) r
    cross join lateral (select '' as endpoint_id union select r.endpoint_id) a
    group by 1, 2, 3
    order by 1, 2, 3`);
}
