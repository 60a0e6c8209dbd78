import type { Database } from '@hookline/db';

/**
 * Stores that these API keys were used now. Replicas do not wait for each other: a key that another one is writing is
 * skipped, and so is one that was written less than a minute ago.
 */
export async function touchApiKeys(database: Database, ids: readonly string[]): Promise<void> {
  await database.system(
    `with used as (
       select id from api_keys
       where id = any ($1::text[]) and (last_used_at is null or last_used_at < now() - interval '50 seconds')
       for no key update skip locked
     )
     update api_keys set last_used_at = now() from used where api_keys.id = used.id`,
    [ids],
  );
}
