import type { Transaction } from '@hookline/db';
import { connectionTokens } from '@hookline/db/scheduler';
import { asc, inArray, sql } from 'drizzle-orm';

/** The tokens of connections, without the tokens themselves. */
export async function listTokenFacts(transaction: Transaction, connectionIds: readonly string[]) {
  if (connectionIds.length === 0) return [];
  return await transaction
    .select({
      connectionId: connectionTokens.connectionId,
      kind: connectionTokens.kind,
      generation: connectionTokens.generation,
      expiresAt: connectionTokens.expiresAt,
      refreshDueAt: connectionTokens.refreshDueAt,
      refreshExpiresAt: connectionTokens.refreshExpiresAt,
      /** The end of the lease of the replica that refreshes it; null: none does. */
      refreshingUntil: sql<Date | null>`
        case when ${connectionTokens.leaseUntil} > hookline_now() then ${connectionTokens.leaseUntil} end`.mapWith(
        connectionTokens.leaseUntil,
      ),
    })
    .from(connectionTokens)
    .where(inArray(connectionTokens.connectionId, [...connectionIds]))
    .orderBy(asc(connectionTokens.kind));
}

export type TokenFacts = Awaited<ReturnType<typeof listTokenFacts>>[number];
