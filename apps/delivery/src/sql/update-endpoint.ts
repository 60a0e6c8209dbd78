import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { EndpointRow } from './endpoint-row.ts';
import { nextCatalogVersion } from './next-catalog-version.ts';

export type EndpointChange = PgUpdateSetSource<typeof endpoints>;

/** Changes an endpoint that the transaction has locked. */
export async function updateEndpoint(
  tx: Transaction,
  id: string,
  change: EndpointChange,
): Promise<EndpointRow> {
  const [row] = await tx
    .update(endpoints)
    .set({ ...change, version: await nextCatalogVersion(tx), updatedAt: sql`now()` })
    .where(eq(endpoints.id, id))
    .returning();
  if (!row) throw new Error(`the endpoint ${id} was not updated`);
  return row;
}
