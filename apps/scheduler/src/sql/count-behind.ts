import { statement } from '@hookline/db';

export interface BehindRow {
  provider: string;
  kind: string;
  tasks: number;
  expected: number;
  done: number;
  behind: number;
  /** Some connections with work that is behind. */
  connections: string[] | null;
}

/**
 * The work of the fleet: how many runs of today should have succeeded and have, and how many tasks have not succeeded
 * for two intervals and ten minutes, whatever the cause. Paused tasks are not expected to run.
 */
export const countBehind = statement(
  {},
  () => `
  with counted as (
    select c.provider, t.kind, t.connection_id,
      floor(extract(epoch from hookline_now() - d.since) / (t.interval_seconds * t.stretch)) as expected,
      case when t.counted_at >= d.since then t.done else 0 end as done,
      extract(epoch from hookline_now() - greatest(t.counted_at, coalesce(t.last_succeeded_at, t.created_at)))
        > 2 * t.interval_seconds * t.stretch + 600 as is_behind
    from connection_tasks t
      join connections c on c.id = t.connection_id
      cross join lateral (select greatest(t.counted_at,
        date_trunc('day', hookline_now() at time zone 'UTC') at time zone 'UTC') as since) d
    where t.paused_reason is null
  )
  select provider, kind, count(*)::integer as tasks, sum(expected)::float8 as expected, sum(done)::float8 as done,
    count(*) filter (where is_behind)::integer as behind,
    (array_agg(distinct connection_id) filter (where is_behind))[1:20] as connections
  from counted group by provider, kind order by provider, kind`,
);
