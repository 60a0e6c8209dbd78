import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';
import type { ApiKeyRow } from './api-key-row.ts';

/** An API key, revoked or not, among those that the transaction may see. */
export async function findApiKey(transaction: Transaction, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await transaction.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row;
}
