import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { eq, sql } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';
import { nextCatalogVersion } from './next-catalog-version.ts';

/** `resumed` and `deleted` set the time of the change. */
export type EndpointChange = Partial<typeof endpoints.$inferInsert> & {
  resumed?: boolean;
  deleted?: boolean;
};

/** Changes an endpoint that the transaction has locked. */
export async function updateEndpoint(
  tx: Transaction,
  id: string,
  { resumed, deleted, ...columns }: EndpointChange,
): Promise<EndpointRow> {
  const [row] = await tx
    .update(endpoints)
    .set({
      ...columns,
      version: await nextCatalogVersion(tx),
      updatedAt: sql`now()`,
      ...(resumed ? { resumedAt: sql`now()` } : {}),
      ...(deleted ? { deletedAt: sql`now()` } : {}),
    })
    .where(eq(endpoints.id, id))
    .returning();
  if (!row) throw new Error(`the endpoint ${id} was not updated`);
  return row;
}
