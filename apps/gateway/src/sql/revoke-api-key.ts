import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { and, eq, isNull, sql } from 'drizzle-orm';

/**
 * Revokes an API key. A key that is revoked already keeps its time.
 * @returns false if there is no such key
 */
export async function revokeApiKey(transaction: Transaction, id: string): Promise<boolean> {
  await transaction
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
  const rows = await transaction.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.id, id));
  return rows.length > 0;
}
