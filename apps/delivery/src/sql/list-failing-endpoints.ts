import type { FailingEndpoint } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

const LIST_FAILING_ENDPOINTS = `
select e.id, e.tenant_id as "userId", e.name, e.tags, f.failures,
       to_char(f.first_failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "failingSince",
       extract(epoch from now() - f.first_failed_at)::float8 as "failingSeconds"
from endpoint_failures f
join endpoints e on e.id = f.endpoint_id
where e.active and e.deleted_at is null and ($1::text[] is null or e.tenant_id = any($1)) and f.endpoint_id > $2
order by f.endpoint_id
limit $3`;

/** Lists endpoints that are switched on and have had nothing but failures, in the order of their ids. */
export async function listFailingEndpoints(
  database: Database,
  { tenants, after, limit }: FactPage,
): Promise<FailingEndpoint[]> {
  const { rows } = await database.system<FailingEndpoint>(LIST_FAILING_ENDPOINTS, [tenants, after, limit]);
  return rows;
}
