import { type Database, statement } from '@hookline/db';

const upsert = statement(
  {
    id: 'text',
    provider: 'text',
    clientId: 'text',
    clientSecret: 'text',
    settings: 'jsonb',
    fingerprint: 'text',
  },
  ({ id, provider, clientId, clientSecret, settings, fingerprint }) => `
    insert into oauth_apps (id, tenant_id, provider, client_id, client_secret, settings, source, fingerprint)
    values (${id}, null, ${provider}, ${clientId}, ${clientSecret}, ${settings}, 'environment', ${fingerprint})
    on conflict (id) do update
    set client_secret = excluded.client_secret, settings = excluded.settings, fingerprint = excluded.fingerprint,
        deleted_at = null, updated_at = hookline_now()
    where oauth_apps.fingerprint is distinct from excluded.fingerprint or oauth_apps.deleted_at is not null
    returning id`,
);

export interface EnvironmentAppRow {
  id: string;
  provider: string;
  clientId: string;
  clientSecret: string;
  /** JSON text. */
  settings: string;
  /** Differs if the secret or the settings differ. */
  fingerprint: string;
}

/** @returns whether the row is new or was changed */
export async function upsertEnvironmentApp(database: Database, row: EnvironmentAppRow): Promise<boolean> {
  const { rowCount } = await upsert.run(database, { ...row });
  return rowCount === 1;
}
