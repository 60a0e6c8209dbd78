import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import type { PgInsertValue } from 'drizzle-orm/pg-core';
import type { ApiKeyRow } from './api-key-row.ts';

export async function insertApiKey(
  transaction: Transaction,
  key: PgInsertValue<typeof apiKeys>,
): Promise<ApiKeyRow> {
  const [row] = await transaction.insert(apiKeys).values(key).returning();
  if (!row) throw new Error('the API key was not inserted');
  return row;
}
