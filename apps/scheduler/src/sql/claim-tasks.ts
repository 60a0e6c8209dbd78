import { rowSet, statement } from '@hookline/db';

/** Applications of which this replica is running tasks: how many more it may run of each. */
const busy = rowSet({ app_id: 'text', free: 'integer' });
/** Applications whose tenants were not all looked at: after which tenant to go on. */
const walks = rowSet({ app_id: 'text', after_tenant: 'text' });

export interface ClaimedTaskRow {
  id: string;
  connectionId: string;
  tenant: string;
  appId: string;
  kind: string;
  name: string;
  resource: string;
  resourceName: string | null;
  intervalSeconds: number;
  stretch: number;
  phase: number;
  losesAfterSeconds: number | null;
  onDemand: boolean;
  cursor: Record<string, unknown>;
  version: string;
  failures: number;
  lastOutcome: string | null;
  lastSucceededAt: Date | null;
  createdAt: Date;
  claimedAt: Date;
  /** There are more tenants than were looked at: the last one. Null: all tenants had their turn. */
  walkedTo: string | null;
}

/**
 * Claims due tasks for one replica, up to its free slots, in turns: first one of each tenant of each application, then a
 * second one, and so on, so that neither a large application nor a large tenant takes all slots. Of an application at
 * most `share` run here at once. Two replicas never get the same task: the second one skips the locked row, and then
 * finds its due time in the future.
 *
 * If an application has more due tasks than are looked at, the first ones may all be of one tenant. Then the tenants are
 * walked through too, so many at a time: the first due tasks of each of them are among those that take turns.
 *
 * Tasks that are more than `late` late are left: they are spread by `list-late-tasks.ts`, except if someone waits.
 */
export const claimTasks = statement(
  {
    busy,
    walks,
    share: 'integer',
    slots: 'integer',
    lease_id: 'text',
    lease_seconds: 'float8',
    late_seconds: 'float8',
    /** The most due tasks of an application that are looked at. */
    candidates: 'integer',
    /** The most tenants of an application that are walked through. */
    tenants: 'integer',
  },
  ({ busy, walks, share, slots, lease_id, lease_seconds, late_seconds, candidates, tenants }) => `
  with recursive apps as (
    (select app_id from connection_tasks where paused_reason is null order by app_id limit 1)
    union all
    select (select t.app_id from connection_tasks t
            where t.paused_reason is null and t.app_id > apps.app_id order by t.app_id limit 1)
    from apps where apps.app_id is not null
  ), rooms as (
    select apps.app_id, coalesce(b.free, ${share}) as free
    from apps left join ${busy('b')} on b.app_id = apps.app_id
    where apps.app_id is not null and coalesce(b.free, ${share}) > 0
  ), first as (
    select d.* from rooms r cross join lateral (
      select t.id, t.app_id, t.tenant_id, t.due_at, t.on_demand from connection_tasks t
      where t.app_id = r.app_id and t.paused_reason is null and t.due_at <= hookline_now()
        and (t.on_demand or t.due_at > hookline_now() - make_interval(secs => ${late_seconds}))
      order by t.due_at limit ${candidates}
    ) d
  ), walked as (
    (select f.app_id, 1 as step,
            (select t.tenant_id from connection_tasks t
             where t.app_id = f.app_id and t.paused_reason is null and t.tenant_id > coalesce(w.after_tenant, '')
             order by t.tenant_id limit 1) as tenant_id
     from (select app_id from first group by app_id having count(*) >= ${candidates}) f
     left join ${walks('w')} on w.app_id = f.app_id)
    union all
    select w.app_id, w.step + 1,
           (select t.tenant_id from connection_tasks t
            where t.app_id = w.app_id and t.paused_reason is null and t.tenant_id > w.tenant_id
            order by t.tenant_id limit 1)
    from walked w where w.tenant_id is not null and w.step < ${tenants}
  ), found as (
    select * from first
    union
    select d.* from walked w cross join lateral (
      select t.id, t.app_id, t.tenant_id, t.due_at, t.on_demand from connection_tasks t
      where t.app_id = w.app_id and t.tenant_id = w.tenant_id and t.paused_reason is null
        and t.due_at <= hookline_now()
        and (t.on_demand or t.due_at > hookline_now() - make_interval(secs => ${late_seconds}))
      order by t.due_at limit ${share}
    ) d
  ), due as (
    select d.id, d.app_id, d.due_at, r.free,
           row_number() over (partition by d.app_id, d.tenant_id order by d.on_demand desc, d.due_at) as turn
    from found d join rooms r on r.app_id = d.app_id
  ), ranked as (
    select id, free, row_number() over (partition by app_id order by turn, due_at) as place from due
  ), chosen as (
    select id from ranked where place <= free order by place limit ${slots}
  ), picked as (
    select t.id, t.on_demand from connection_tasks t
    where t.id in (select id from chosen) and t.paused_reason is null and t.due_at <= hookline_now()
    for update skip locked
  )
  update connection_tasks t
  set due_at = hookline_now() + make_interval(secs => ${lease_seconds}), lease_id = ${lease_id},
      last_started_at = hookline_now(), on_demand = false
  from picked where t.id = picked.id
  returning t.id, t.connection_id as "connectionId", t.tenant_id as tenant, t.app_id as "appId", t.kind, t.name,
    t.resource, t.resource_name as "resourceName", t.interval_seconds as "intervalSeconds", t.stretch, t.phase,
    t.loses_after_seconds as "losesAfterSeconds", picked.on_demand as "onDemand", t.cursor, t.version::text,
    t.failures, t.last_outcome as "lastOutcome", t.last_succeeded_at as "lastSucceededAt", t.created_at as "createdAt", hookline_now() as "claimedAt",
    (select case when bool_and(w.tenant_id is not null) then max(w.tenant_id) end
     from walked w where w.app_id = t.app_id) as "walkedTo"`,
);
