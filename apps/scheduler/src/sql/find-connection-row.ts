import type { Transaction } from '@hookline/db';
import { connections } from '@hookline/db/scheduler';
import { and, eq, isNull } from 'drizzle-orm';
import type { ConnectionRow } from './connection-row.ts';

/** A connection that the transaction may see. @param options.withDeleted also a deleted one, which is kept for 30 days */
export async function findConnectionRow(
  transaction: Transaction,
  id: string,
  { withDeleted = false }: { withDeleted?: boolean } = {},
): Promise<ConnectionRow | undefined> {
  const [row] = await transaction
    .select()
    .from(connections)
    .where(and(eq(connections.id, id), withDeleted ? undefined : isNull(connections.deletedAt)));
  return row;
}
