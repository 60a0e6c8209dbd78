import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { eq, sql } from 'drizzle-orm';
import type { ApiKeyRow } from './api-key-row.ts';

/** Locks an API key until the transaction ends, and says whether it has expired. */
export async function lockApiKey(
  transaction: Transaction,
  id: string,
): Promise<{ key: ApiKeyRow; hasExpired: boolean } | undefined> {
  const [row] = await transaction
    .select({ key: apiKeys, hasExpired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)` })
    .from(apiKeys)
    .where(eq(apiKeys.id, id))
    .for('update');
  return row;
}
