import type { ConnectionStatus } from '@hookline/contracts';
import { countUpTo, type Transaction } from '@hookline/db';
import { connections } from '@hookline/db/scheduler';
import type { RowRange } from '@hookline/service';
import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { ConnectionRow } from './connection-row.ts';

export interface ConnectionFilter {
  provider: string | undefined;
  status: ConnectionStatus | undefined;
}

/** Lists connections, newest first, among those that the transaction may see. */
export function listConnections(
  transaction: Transaction,
  filter: ConnectionFilter,
  { after, offset, limit }: RowRange,
): Promise<ConnectionRow[]> {
  return transaction
    .select()
    .from(connections)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(connections.id, after)))
    .orderBy(desc(connections.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the connections of the list, but no more than `limit`. */
export function countConnections(
  transaction: Transaction,
  filter: ConnectionFilter,
  limit: number,
): Promise<number> {
  return countUpTo(transaction, connections, conditionsOf(filter), limit);
}

const conditionsOf = ({ provider, status }: ConnectionFilter) =>
  and(
    isNull(connections.deletedAt),
    provider === undefined ? undefined : eq(connections.provider, provider),
    status === undefined ? undefined : eq(connections.status, status),
  );
