import type { Database } from '@hookline/db';

/** The most keys that are kept for one application: the newest. */
const MAX_KEYS = 1_000;

/** Counts a push for an account that is not connected. */
export async function noteUnroutedPush(
  database: Database,
  push: { appId: string; accountKey: string; type: string },
): Promise<void> {
  await database.system(
    `insert into unrouted_pushes as u (app_id, account_key, pushes, last_type)
     values ($1, $2, 1, $3)
     on conflict (app_id, account_key) do update
     set pushes = u.pushes + 1, last_type = excluded.last_type, last_at = hookline_now()`,
    [push.appId, push.accountKey, push.type],
  );
  await database.system(
    `delete from unrouted_pushes
     where app_id = $1 and last_at < (
       select last_at from unrouted_pushes where app_id = $1 order by last_at desc offset ${MAX_KEYS} limit 1)`,
    [push.appId],
  );
}
