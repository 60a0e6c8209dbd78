import { type Database, statement } from '@hookline/db';

export interface DoctorRow {
  fault: string | null;
  abandoned: number;
  completed: number;
  failures: Record<string, number>;
  tokens: number;
  expiring: number;
  withoutRefresh: number;
  refreshLives: { fromConsent: number; fromRefresh: number }[];
  grants: { scopes: string[] | null; connections: number }[];
  outcomes: Record<string, number>;
  watches: number;
  watchFaults: { code: string; message: string; watches: number }[];
}

const read = statement(
  { appId: 'text' },
  ({ appId }) => `
  with flows as (
    select * from oauth_flows where app_id = ${appId} and created_at > hookline_now() - interval '7 days'
  ), tokens as (
    select t.*, c.consent_at from connection_tokens t
      join connections c on c.id = t.connection_id and c.deleted_at is null
    where c.app_id = ${appId}
  ), ends as (
    select distinct round(extract(epoch from refresh_expires_at - consent_at))::float8 as "fromConsent",
      round(extract(epoch from refresh_expires_at - updated_at))::float8 as "fromRefresh"
    from tokens where refresh_expires_at is not null limit 200
  ), grants as (
    select scopes_granted as scopes, count(*)::integer as connections from connections
    where app_id = ${appId} and deleted_at is null group by 1 order by 2 desc limit 100
  ), outcomes as (
    select last_outcome, count(*)::integer as tasks from connection_tasks
    where app_id = ${appId} and last_outcome is not null group by 1 limit 100
  ), watches as (
    select * from platform_webhooks where app_id = ${appId} and deleted_at is null and status <> 'stopping'
  ), faults as (
    select coalesce(reason, status) as code, max(coalesce(message, '')) as message, count(*)::integer as watches
    from watches where status in ('failing', 'unverified') group by 1 order by 3 desc limit 20
  )
  select
    (select fault from oauth_apps where id = ${appId}) as fault,
    (select count(*)::integer from flows where used_at is null and failed_reason is null
       and created_at < hookline_now() - interval '15 minutes') as abandoned,
    (select count(*)::integer from flows where used_at is not null and failed_reason is null) as completed,
    (select coalesce(jsonb_object_agg(failed_reason, n), '{}') from (
       select failed_reason, count(*) as n from flows where failed_reason is not null group by 1) f) as failures,
    (select count(*)::integer from tokens) as tokens,
    (select count(*)::integer from tokens where expires_at is not null) as expiring,
    (select count(*)::integer from tokens where expires_at is not null and refresh_sealed is null) as "withoutRefresh",
    (select coalesce(jsonb_agg(ends), '[]') from ends) as "refreshLives",
    (select coalesce(jsonb_agg(grants), '[]') from grants) as grants,
    (select coalesce(jsonb_object_agg(last_outcome, tasks), '{}') from outcomes) as outcomes,
    (select count(*)::integer from watches) as watches,
    (select coalesce(jsonb_agg(faults), '[]') from faults) as "watchFaults"`,
);

/** What the tables know of an application. */
export async function readDoctorFacts(database: Database, appId: string): Promise<DoctorRow> {
  const { rows } = await read.run<DoctorRow>(database, { appId });
  const [row] = rows;
  if (!row) throw new Error('a statement without a condition gave no row');
  return row;
}

const store = statement(
  { appId: 'text', checks: 'jsonb' },
  ({ appId, checks }) => `
  update oauth_apps set checked_at = hookline_now(), checks = ${checks} where id = ${appId} and deleted_at is null
  returning checked_at as "checkedAt"`,
);

/** @returns undefined: the application has been deleted */
export async function storeDoctorChecks(
  database: Database,
  appId: string,
  checks: readonly object[],
): Promise<Date | undefined> {
  const { rows } = await store.run<{ checkedAt: Date }>(database, { appId, checks: JSON.stringify(checks) });
  return rows[0]?.checkedAt;
}

const listDue = statement(
  { days: 'float8', limit: 'integer' },
  ({ days, limit }) => `
  select id from oauth_apps
  where deleted_at is null and (checked_at is null or checked_at < hookline_now() - make_interval(secs => 86400 * ${days}))
  order by checked_at nulls first limit ${limit}`,
);

/** Applications that have not been checked for so many days. */
export async function listUncheckedApps(
  database: Database,
  options: { days: number; limit: number },
): Promise<string[]> {
  const { rows } = await listDue.run<{ id: string }>(database, options);
  return rows.map(({ id }) => id);
}
