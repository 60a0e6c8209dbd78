import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { eq, or, sql } from 'drizzle-orm';

/** What limits a key: null where nothing does. */
export interface KeyLimits {
  expiresAt: Date | null;
  allowedAddresses: string[] | null;
}

/**
 * The limits of an API key, or of the key of a session.
 * @param id of a key or a session
 * @returns undefined for a caller without a stored key: the operator key of the environment, a JWT, or a session of an
 *   identity provider
 */
export async function findKeyLimits(transaction: Transaction, id: string): Promise<KeyLimits | undefined> {
  const [row] = await transaction
    .select({ expiresAt: apiKeys.expiresAt, allowedAddresses: apiKeys.allowedAddresses })
    .from(apiKeys)
    .where(or(eq(apiKeys.id, id), eq(apiKeys.id, sql`(select key_id from sessions where id = ${id})`)));
  return row;
}
