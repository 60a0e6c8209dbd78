import { type Database, rowSet, statement } from '@hookline/db';

/** The most keys that are kept for one application: the newest. */
const MAX_KEYS = 1_000;

const PUSHES = rowSet({ app_id: 'text', account_key: 'text', pushes: 'integer', last_type: 'text' });
const APPS = rowSet({ app_id: 'text' });

const COUNT = statement(
  { pushes: PUSHES },
  ({ pushes }) => `
insert into unrouted_pushes as u (app_id, account_key, pushes, last_type)
select app_id, account_key, pushes, last_type from ${pushes('p')} order by app_id, account_key
on conflict (app_id, account_key) do update
set pushes = u.pushes + excluded.pushes, last_type = excluded.last_type, last_at = hookline_now()`,
);

const FORGET = statement(
  { apps: APPS },
  ({ apps }) => `
delete from unrouted_pushes u
using ${apps('a')} cross join lateral (
  select last_at from unrouted_pushes where app_id = a.app_id order by last_at desc offset ${MAX_KEYS} limit 1
) oldest
where u.app_id = a.app_id and u.last_at < oldest.last_at`,
);

export interface UnroutedPush {
  appId: string;
  accountKey: string;
  type: string;
}

/** Counts pushes for accounts that are not connected, in one statement. */
export async function noteUnroutedPushes(database: Database, pushes: readonly UnroutedPush[]): Promise<void> {
  if (pushes.length === 0) return;
  const rows = new Map<string, { app_id: string; account_key: string; pushes: number; last_type: string }>();
  for (const { appId, accountKey, type } of pushes) {
    const key = JSON.stringify([appId, accountKey]);
    const before = rows.get(key)?.pushes ?? 0;
    rows.set(key, { app_id: appId, account_key: accountKey, pushes: before + 1, last_type: type });
  }
  await COUNT.run(database, { pushes: [...rows.values()] });
  const apps = [...new Set(pushes.map(({ appId }) => appId))];
  await FORGET.run(database, { apps: apps.map((app_id) => ({ app_id })) });
}
