import type { Database } from '@hookline/db';

/**
 * Stores that these sources received an event now. Replicas do not wait for each other: a source that another one is
 * writing is skipped, and so is one that was written less than a minute ago. `updated_at` stays as it was, because no
 * replica has to read the source again.
 */
export async function touchSources(database: Database, ids: readonly string[]): Promise<void> {
  await database.system(
    `with received as (
       select id from sources
       where id = any ($1::text[]) and (last_received_at is null or last_received_at < now() - interval '50 seconds')
       for no key update skip locked
     )
     update sources set last_received_at = now() from received where sources.id = received.id`,
    [ids],
  );
}
