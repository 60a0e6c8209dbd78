import { type Database, statement } from '@hookline/db';

const REPLACE_ROUTES = statement(
  { connection_id: 'text', app_id: 'text', tenant_id: 'text', keys: 'jsonb' },
  ({ connection_id, app_id, tenant_id, keys }) => `
with wanted as (select distinct value as account_key from jsonb_array_elements_text(${keys})),
gone as (
  delete from connection_routes r
  where r.connection_id = ${connection_id}
    and (r.app_id <> ${app_id} or not exists (select from wanted w where w.account_key = r.account_key))
)
insert into connection_routes (app_id, account_key, connection_id, tenant_id)
select ${app_id}, w.account_key, ${connection_id}, ${tenant_id} from wanted w
on conflict do nothing`,
);

/** Gives a connection these account keys and no others. */
export async function replaceRoutes(
  database: Database,
  route: { connectionId: string; appId: string; tenant: string; keys: readonly string[] },
): Promise<void> {
  await REPLACE_ROUTES.run(database, {
    connection_id: route.connectionId,
    app_id: route.appId,
    tenant_id: route.tenant,
    keys: JSON.stringify(route.keys),
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
