import { type Database, statement } from '@hookline/db';

const FIND_GRANTED = statement(
  { app_id: 'text', keys: 'jsonb', unless_other_key: 'text?' },
  ({ app_id, keys, unless_other_key }) => `
with asked as (select value as account_key from jsonb_array_elements_text(${keys})),
found as (
  select distinct r.connection_id
  from asked a join connection_routes r on r.app_id = ${app_id} and r.account_key = a.account_key
)
select f.connection_id as "connectionId", count(o.account_key) > 0 as "hasSuspended"
from found f
left join connection_routes o on o.connection_id = f.connection_id and o.app_id = ${app_id}
  and starts_with(o.account_key, ${unless_other_key})
  and not exists (select from asked a where a.account_key = o.account_key)
group by f.connection_id
having count(o.account_key) filter (where not o.suspended) = 0`,
);

export interface GrantedConnection {
  connectionId: string;
  /** It has other keys that begin with `unlessOtherKey`, all of them suspended. */
  hasSuspended: boolean;
}

/**
 * The connections that have one of these keys, and no other key that begins with `unlessOtherKey` and is not suspended.
 */
export async function findGranted(
  database: Database,
  which: { appId: string; keys: readonly string[]; unlessOtherKey: string | undefined },
): Promise<GrantedConnection[]> {
  const { rows } = await FIND_GRANTED.run<GrantedConnection>(database, {
    app_id: which.appId,
    keys: JSON.stringify(which.keys),
    unless_other_key: which.unlessOtherKey,
  });
  return rows;
}
