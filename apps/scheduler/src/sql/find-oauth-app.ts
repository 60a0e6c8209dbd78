import type { Database } from '@hookline/db';
import type { AppColumns } from '../facts/app-facts.ts';

/** The application with this id, of whichever tenant; undefined if there is none or it is deleted. */
export async function findOAuthApp(database: Database, appId: string): Promise<AppColumns | undefined> {
  const { rows } = await database.system<AppColumns>(
    `select id, tenant_id as "tenantId", provider, client_id as "clientId", client_secret as "clientSecret", settings
     from oauth_apps where id = $1 and deleted_at is null`,
    [appId],
  );
  return rows[0];
}
