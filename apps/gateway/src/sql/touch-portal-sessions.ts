import type { Database } from '@hookline/db';

/** Stores that these portal sessions were used now. As `touchApiKeys`, replicas do not wait. */
export async function touchPortalSessions(database: Database, ids: readonly string[]): Promise<void> {
  await database.system(
    `with used as (
       select id from portal_sessions
       where id = any ($1::text[]) and (last_used_at is null or last_used_at < now() - interval '50 seconds')
       for no key update skip locked
     )
     update portal_sessions set last_used_at = now() from used where portal_sessions.id = used.id`,
    [ids],
  );
}
