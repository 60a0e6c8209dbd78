import { type Database, rowSet, statement } from '@hookline/db';

const KEYS = rowSet({ account_key: 'text', suspended: 'boolean' });

const REPLACE_ROUTES = statement(
  { connection_id: 'text', app_id: 'text', tenant_id: 'text', keys: KEYS },
  ({ connection_id, app_id, tenant_id, keys }) => `
with wanted as (select account_key, bool_or(suspended) as suspended from ${keys('k')} group by account_key),
gone as (
  delete from connection_routes r
  where r.connection_id = ${connection_id}
    and (r.app_id <> ${app_id} or not exists (select from wanted w where w.account_key = r.account_key))
)
insert into connection_routes (app_id, account_key, connection_id, tenant_id, suspended)
select ${app_id}, w.account_key, ${connection_id}, ${tenant_id}, w.suspended from wanted w
on conflict (app_id, account_key, connection_id) do update set suspended = excluded.suspended`,
);

export interface AccountKey {
  key: string;
  /** Whether the provider has suspended what the key stands for. */
  isSuspended: boolean;
}

/** Gives a connection these account keys and no others. */
export async function replaceRoutes(
  database: Database,
  route: { connectionId: string; appId: string; tenant: string; keys: readonly AccountKey[] },
): Promise<void> {
  await REPLACE_ROUTES.run(database, {
    connection_id: route.connectionId,
    app_id: route.appId,
    tenant_id: route.tenant,
    keys: route.keys.map(({ key, isSuspended }) => ({ account_key: key, suspended: isSuspended })),
  });
}

/** Gives a connection these account keys, beside those that it has. */
export async function addRoutes(
  database: Database,
  route: { connectionId: string; appId: string; tenant: string; keys: readonly string[] },
): Promise<void> {
  await database.system(
    `insert into connection_routes (app_id, account_key, connection_id, tenant_id)
     select distinct $1, key, $2, $3 from unnest($4::text[]) as key
     on conflict do nothing`,
    [route.appId, route.connectionId, route.tenant, route.keys],
  );
}
