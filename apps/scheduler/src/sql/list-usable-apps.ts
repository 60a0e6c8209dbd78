import { type Database, statement } from '@hookline/db';
import type { AppColumns } from '../facts/app-facts.ts';

const list = statement(
  { tenant: 'text', provider: 'text' },
  ({ tenant, provider }) => `
    select id, tenant_id as "tenantId", provider, client_id as "clientId", client_secret as "clientSecret", settings
    from oauth_apps
    where provider = ${provider} and deleted_at is null and (tenant_id is null or tenant_id = ${tenant})
    order by id
    limit 20`,
);

/** The applications by which a tenant can connect accounts of a service: its own and those of the installation. */
export async function listUsableApps(
  database: Database,
  wanted: { tenant: string; provider: string },
): Promise<AppColumns[]> {
  const { rows } = await list.run<AppColumns>(database, wanted);
  return rows;
}
