import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import type { ApiKeyRow } from './api-key-row.ts';

export async function insertApiKey(
  transaction: Transaction,
  key: typeof apiKeys.$inferInsert,
): Promise<ApiKeyRow> {
  const [row] = await transaction.insert(apiKeys).values(key).returning();
  if (!row) throw new Error('the API key was not inserted');
  return row;
}
