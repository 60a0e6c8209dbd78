import type { Database } from '@hookline/db';

/** Stores that these sessions were used now, unless they have ended meanwhile. As with `touchRows`, replicas do not wait. */
export async function touchSessions(database: Database, ids: readonly string[]): Promise<void> {
  await database.system(
    `with used as (
       select id from sessions
       where id = any ($1::text[]) and last_seen_at < now() - interval '50 seconds'
         and least(expires_at, last_seen_at + interval '12 hours') > now()
       for no key update skip locked
     )
     update sessions set last_seen_at = now() from used where sessions.id = used.id`,
    [ids],
  );
}
