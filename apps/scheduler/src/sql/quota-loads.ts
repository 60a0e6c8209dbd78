import { rowSet, statement } from '@hookline/db';

export interface QuotaLoadRow {
  key: string;
  unitsPerSecond: number;
  capacity: number | null;
  windowSeconds: number;
  stretch: number;
  connections: number;
}

/** What the polls of each quota group take at their wanted intervals. A day in a zone counts as 86,400 seconds. */
export const listQuotaLoads = statement(
  {},
  () => `
  select g.key, g.capacity, coalesce(g.window_seconds, 86400) as "windowSeconds", g.stretch,
    coalesce(l.load, 0)::float8 as "unitsPerSecond", coalesce(l.connections, 0)::integer as connections
  from quota_groups g
    left join (
      select k.key, sum(t.quota_cost::float8 / t.interval_seconds) as load, count(distinct t.connection_id) as connections
      from connection_tasks t cross join lateral unnest(t.quota_keys) k(key)
      where t.paused_reason is null group by k.key
    ) l on l.key = g.key`,
);

const stretches = rowSet({ key: 'text', stretch: 'float8' });

export const storeStretches = statement(
  { stretches },
  ({ stretches }) => `
  update quota_groups g set stretch = s.stretch from ${stretches('s')} where g.key = s.key`,
);

export interface StretchedTaskRow {
  connectionId: string;
  tenant: string;
  name: string;
  intervalSeconds: number;
  stretch: number;
  key: string;
}

/** Gives the tasks of these groups the largest stretch of their groups. Returns the tasks that it changed. */
export const stretchTasks = statement(
  { stretches },
  ({ stretches }) => `
  with wanted as (
    select t.id, max(g.stretch) as stretch, (array_agg(g.key order by g.stretch desc))[1] as key
    from connection_tasks t join quota_groups g on g.key = any (t.quota_keys)
    where exists (select from ${stretches('s')} where s.key = any (t.quota_keys))
    group by t.id
  )
  update connection_tasks t set stretch = w.stretch, done = 0, counted_at = hookline_now()
  from wanted w where w.id = t.id and t.stretch <> w.stretch
  returning t.connection_id as "connectionId", t.tenant_id as tenant, t.name,
    t.interval_seconds as "intervalSeconds", t.stretch, w.key`,
);
