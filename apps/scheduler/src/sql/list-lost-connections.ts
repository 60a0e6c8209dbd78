import type { LostConnection } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

const LIST_LOST_CONNECTIONS = `
select id, tenant_id as "userId", account_name as name, provider, status
from connections
where deleted_at is null and status in ('needs_reauth', 'revoked') and ($1::text[] is null or tenant_id = any($1))
  and id > $2
order by id
limit $3`;

/** Lists connections that a person has to connect again, in the order of their ids. */
export async function listLostConnections(
  database: Database,
  { tenants, after, limit }: FactPage,
): Promise<LostConnection[]> {
  const { rows } = await database.system<LostConnection>(LIST_LOST_CONNECTIONS, [tenants, after, limit]);
  return rows;
}
