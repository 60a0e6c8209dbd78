import type { UsedQuota } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

/** Separates the tenant and the quota in the place of a page. Neither can have it. */
const SEPARATOR = '\u001f';

const LIST_USED_QUOTAS = `
with used as materialized (
  select key, used + reserved as used, capacity
  from quota_groups
  where capacity > 0 and window_ends_at > hookline_now() and (used + reserved)::bigint * 100 >= capacity::bigint * $2
), takers as (
  select distinct t.tenant_id, k.key
  from connection_tasks t
  cross join lateral unnest(t.quota_keys) k(key)
  where ($1::text[] is null or t.tenant_id = any($1)) and k.key in (select key from used)
)
select u.key, t.tenant_id as "userId", u.used, u.capacity
from takers t
join used u on u.key = t.key
where (t.tenant_id || '${SEPARATOR}' || u.key) collate "C" > $3
order by (t.tenant_id || '${SEPARATOR}' || u.key) collate "C"
limit $4`;

/** Lists quotas of whose window at least so many percent are used, once for each tenant that takes from them. */
export async function listUsedQuotas(
  database: Database,
  percent: number,
  { tenants, after, limit }: FactPage,
): Promise<UsedQuota[]> {
  const { rows } = await database.system<UsedQuota>(LIST_USED_QUOTAS, [tenants, percent, after, limit]);
  return rows;
}

/** The place of a quota in the list. */
export const placeOfQuota = ({ userId, key }: UsedQuota): string => `${userId}${SEPARATOR}${key}`;
