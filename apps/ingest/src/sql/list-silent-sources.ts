import type { SilentSource } from '@hookline/contracts';
import type { Database } from '@hookline/db';

export interface SilenceQuestion {
  /** null: all tenants. */
  tenants: readonly string[] | null;
  hours: number;
  /** The id of the last source of the page before; '': the first page. */
  after: string;
  limit: number;
}

const LIST_SILENT_SOURCES = `
select id, tenant_id as "userId", name, provider,
       to_char(last_received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastReceivedAt",
       extract(epoch from now() - coalesce(last_received_at, created_at))::float8 as "silentSeconds"
from sources
where active and deleted_at is null and tenant_id is not null and ($1::text[] is null or tenant_id = any($1))
  and coalesce(last_received_at, created_at) <= now() - make_interval(hours => $2) and id > $3
order by id
limit $4`;

/** Lists active sources of tenants that have received nothing for so many hours, in the order of their ids. */
export async function listSilentSources(
  database: Database,
  { tenants, hours, after, limit }: SilenceQuestion,
): Promise<SilentSource[]> {
  const { rows } = await database.system<SilentSource>(LIST_SILENT_SOURCES, [tenants, hours, after, limit]);
  return rows;
}
