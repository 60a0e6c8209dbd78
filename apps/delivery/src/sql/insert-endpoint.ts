import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import type { EndpointRow } from './endpoint-row.ts';
import { nextCatalogVersion } from './next-catalog-version.ts';

export async function insertEndpoint(
  tx: Transaction,
  endpoint: Omit<typeof endpoints.$inferInsert, 'version'>,
): Promise<EndpointRow> {
  const [row] = await tx
    .insert(endpoints)
    .values({ ...endpoint, version: await nextCatalogVersion(tx) })
    .returning();
  if (!row) throw new Error('the endpoint was not inserted');
  return row;
}
