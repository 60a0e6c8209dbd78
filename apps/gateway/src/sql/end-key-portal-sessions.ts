import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * Ends all portal sessions of an API key, and of the keys that were rotated to it. Their tokens are valid no more.
 * @returns their ids
 */
export async function endKeyPortalSessions(transaction: Transaction, keyId: string): Promise<string[]> {
  const { rows } = await transaction.execute<{ id: string }>(sql`
    with recursive key (id) as (
      select ${keyId}::text collate "C"
      union
      select api_keys.id from key join api_keys on api_keys.rotated_to = key.id
    )
    delete from portal_sessions where maker_id in (select id from key) returning id`);
  return rows.map(({ id }) => id);
}
