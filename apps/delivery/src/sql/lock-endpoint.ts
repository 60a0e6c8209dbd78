import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';

/** As findEndpoint. Nobody else can change the row until the transaction ends. */
export async function lockEndpoint(tx: Transaction, id: string): Promise<EndpointRow | undefined> {
  const [row] = await tx
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt)))
    .for('update');
  return row;
}
