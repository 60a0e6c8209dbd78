import type { Database } from '@hookline/db';

export interface AppPushSource {
  sourceId: string;
  url: string;
  environmentHash: string | null;
}

/** The source that receives the pushes to an application. */
export async function findAppPushSource(
  database: Database,
  appId: string,
): Promise<AppPushSource | undefined> {
  const { rows } = await database.system<AppPushSource>(
    `select source_id as "sourceId", url, environment_hash as "environmentHash"
     from app_push_sources where app_id = $1`,
    [appId],
  );
  return rows[0];
}

export async function storeAppPushSource(
  database: Database,
  appId: string,
  { sourceId, url, environmentHash }: AppPushSource,
): Promise<void> {
  await database.system(
    `insert into app_push_sources (app_id, source_id, url, environment_hash) values ($1, $2, $3, $4)
     on conflict (app_id) do update
     set source_id = excluded.source_id, url = excluded.url, environment_hash = excluded.environment_hash,
         updated_at = hookline_now()`,
    [appId, sourceId, url, environmentHash],
  );
}

export async function forgetAppPushSource(database: Database, appId: string): Promise<void> {
  await database.system('delete from app_push_sources where app_id = $1', [appId]);
}

/** The applications of a provider that were set up by variables of the environment. */
export async function listEnvironmentApps(database: Database, provider: string): Promise<string[]> {
  const { rows } = await database.system<{ id: string }>(
    `select id from oauth_apps
     where provider = $1 and source = 'environment' and tenant_id is null and deleted_at is null
     order by id limit 20`,
    [provider],
  );
  return rows.map(({ id }) => id);
}
