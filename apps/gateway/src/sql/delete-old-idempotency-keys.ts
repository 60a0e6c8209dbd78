import type { Database } from '@hookline/db';
import { KEPT_HOURS } from './claim-idempotency-key.ts';

/** Deletes the oldest keys that have expired, at most `limit`. @returns how many */
export async function deleteOldIdempotencyKeys(database: Database, limit: number): Promise<number> {
  const { rowCount } = await database.system(
    `delete from idempotency_keys
     where (operation, key, run_id) in (
       select operation, key, run_id from idempotency_keys
       where created_at <= now() - interval '${KEPT_HOURS} hours'
       order by created_at
       limit $1
       for update skip locked
     )`,
    [limit],
  );
  return rowCount;
}
