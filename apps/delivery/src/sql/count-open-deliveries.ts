import type { OpenDeliveries } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

const MEASURES = `count(*)::integer as open,
       greatest(0, extract(epoch from now() - min(due_at) filter (where due_at <= now())))::float8 as "oldestSeconds"`;

const OF_ALL = `select null as "userId", ${MEASURES} from deliveries where due_at is not null`;
const BY_TENANT = `
select e.tenant_id as "userId", sum(d.open)::integer as open, max(d."oldestSeconds") as "oldestSeconds"
from (
  select endpoint_id, ${MEASURES}
  from deliveries
  where due_at is not null
    and endpoint_id = any(array(select id from endpoints where tenant_id = any($1) and deleted_at is null))
  group by endpoint_id
) d
join endpoints e on e.id = d.endpoint_id
where e.tenant_id > $2
group by e.tenant_id
order by e.tenant_id
limit $3`;

/** Counts open deliveries in their index. The cost depends on the open deliveries, not on all stored deliveries. */
export async function countOpenDeliveries(
  database: Database,
  { tenants, after, limit }: FactPage,
): Promise<OpenDeliveries[]> {
  const { rows } =
    tenants === null
      ? await database.system<OpenDeliveries>(OF_ALL)
      : await database.system<OpenDeliveries>(BY_TENANT, [tenants, after, limit]);
  return rows;
}
