import { countUpTo, type Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { ApiKeyRow } from './api-key-row.ts';

export interface ApiKeyFilter {
  /** undefined: the keys of all tenants and of the operators. */
  tenant: string | undefined;
}

/** Lists API keys, newest first, revoked keys included. */
export function listApiKeys(
  transaction: Transaction,
  filter: ApiKeyFilter,
  { after, offset, limit }: RowRange,
): Promise<ApiKeyRow[]> {
  return transaction
    .select()
    .from(apiKeys)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(apiKeys.id, after)))
    .orderBy(desc(apiKeys.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the API keys of the list, but no more than `limit`. */
export function countApiKeys(transaction: Transaction, filter: ApiKeyFilter, limit: number): Promise<number> {
  return countUpTo(transaction, apiKeys, conditionsOf(filter), limit);
}

const conditionsOf = ({ tenant }: ApiKeyFilter) =>
  tenant === undefined ? undefined : eq(apiKeys.tenantId, tenant);
