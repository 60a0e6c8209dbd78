import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';

/** Finds an endpoint that is not deleted, among the endpoints that the transaction may see. */
export async function findEndpoint(tx: Transaction, id: string): Promise<EndpointRow | undefined> {
  const [row] = await tx
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt)));
  return row;
}
