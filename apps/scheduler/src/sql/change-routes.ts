import type { Database } from '@hookline/db';

/** Gives the connections with the key `of` another key too. */
export async function addRoute(database: Database, appId: string, key: string, of: string): Promise<void> {
  await database.system(
    `insert into connection_routes (app_id, account_key, connection_id, tenant_id)
     select app_id, $2, connection_id, tenant_id from connection_routes where app_id = $1 and account_key = $3
     on conflict do nothing`,
    [appId, key, of],
  );
}

/** Takes a key from all connections. */
export async function removeRoutes(database: Database, appId: string, key: string): Promise<void> {
  await database.system('delete from connection_routes where app_id = $1 and account_key = $2', [appId, key]);
}

/** Notes whether the provider has suspended what these keys stand for, for all connections that have them. */
export async function markSuspended(
  database: Database,
  appId: string,
  keys: readonly string[],
  isSuspended: boolean,
): Promise<void> {
  await database.system(
    `update connection_routes set suspended = $3
     where app_id = $1 and account_key = any($2) and suspended <> $3`,
    [appId, keys, isSuspended],
  );
}

/** Takes all keys from a connection. */
export async function removeRoutesOf(database: Database, connectionId: string): Promise<void> {
  await database.system('delete from connection_routes where connection_id = $1', [connectionId]);
}
