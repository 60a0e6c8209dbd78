import { type Database, statement } from '@hookline/db';

const FIND_GRANTED = statement(
  { app_id: 'text', keys: 'jsonb', unless_other_key: 'text?' },
  ({ app_id, keys, unless_other_key }) => `
select distinct r.connection_id as "connectionId"
from jsonb_array_elements_text(${keys}) k
join connection_routes r on r.app_id = ${app_id} and r.account_key = k.value
where ${unless_other_key} is null or not exists (
  select from connection_routes o
  where o.connection_id = r.connection_id and o.app_id = r.app_id and o.account_key <> r.account_key
    and starts_with(o.account_key, ${unless_other_key}))`,
);

/** The ids of connections that have one of these keys, and no other key that begins with `unlessOtherKey`. */
export async function findGranted(
  database: Database,
  which: { appId: string; keys: readonly string[]; unlessOtherKey: string | undefined },
): Promise<string[]> {
  const { rows } = await FIND_GRANTED.run<{ connectionId: string }>(database, {
    app_id: which.appId,
    keys: JSON.stringify(which.keys),
    unless_other_key: which.unlessOtherKey,
  });
  return rows.map(({ connectionId }) => connectionId);
}
