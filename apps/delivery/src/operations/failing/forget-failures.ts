import { type Database, rowSet, statement } from '@hookline/db';

/** Failures in a row. As many also open the breaker of a lane; fewer are not announced. */
export const MANY_FAILURES = 10;

const SUCCESS = rowSet({ endpoint_id: 'text', age_ms: 'float8' });

/**
 * Removes the failures of endpoints that accepted a delivery since, that were changed, or that are off. If an endpoint
 * accepted a delivery after many failures, its tenant is told. The tenant is told once, because only one replica
 * removes the row.
 */
const FORGET_FAILURES = statement(
  { successes: SUCCESS },
  ({ successes }) => `
with succeeded as materialized (
  select s.endpoint_id, clock_timestamp() - s.age_ms * interval '1 millisecond' as succeeded_at
  from ${successes('s')}
), forgotten as (
  delete from endpoint_failures f
  where exists (
      select from succeeded s where s.endpoint_id = f.endpoint_id and s.succeeded_at >= f.first_failed_at)
    or not exists (
      select from endpoints e
      where e.id = f.endpoint_id and e.active and e.deleted_at is null and e.updated_at <= f.first_failed_at)
  returning f.*
)
insert into announcements (id, tenant_id, endpoint_id, type, data)
select 'endpoint.recovered:' || e.id || ':' || (extract(epoch from f.first_failed_at) * 1000)::bigint,
       e.tenant_id, e.id, 'endpoint.recovered',
       jsonb_build_object(
         'webhookId', e.id, 'name', e.name, 'url', e.url, 'failures', f.failures,
         'failingSince', to_char(f.first_failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'recoveredAt', to_char(s.succeeded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
from forgotten f
join endpoints e on e.id = f.endpoint_id and e.deleted_at is null
join succeeded s on s.endpoint_id = f.endpoint_id and s.succeeded_at >= f.first_failed_at
where f.failures >= ${MANY_FAILURES}
on conflict (id) do nothing`,
);

/** @param successes when each endpoint last accepted a delivery, by performance.now() */
export async function forgetFailures(
  database: Database,
  successes: ReadonlyMap<string, number>,
): Promise<void> {
  const nowMs = performance.now();
  const rows = [...successes].map(([id, ms]) => ({ endpoint_id: id, age_ms: nowMs - ms }));
  await FORGET_FAILURES.run(database, { successes: rows });
}

/** Reads the endpoints that have had only failures, as far as the replicas have written them to Postgres. */
export async function readFailing(database: Database): Promise<Set<string>> {
  const { rows } = await database.system<{ endpointId: string }>(
    'select endpoint_id as "endpointId" from endpoint_failures',
  );
  return new Set(rows.map(({ endpointId }) => endpointId));
}
