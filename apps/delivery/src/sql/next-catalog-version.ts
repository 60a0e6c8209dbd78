import type { Transaction } from '@hookline/db';
import { endpointCatalog } from '@hookline/db/delivery';
import { sql } from 'drizzle-orm';

/**
 * Raises the version of the endpoint catalog. A replica that has read this version has read every change of this
 * transaction (see `endpoint_catalog` in the migrations).
 * @param change also changes the catalog's own columns
 */
export async function nextCatalogVersion(
  tx: Transaction,
  change: { paused?: boolean } = {},
): Promise<number> {
  const [row] = await tx
    .update(endpointCatalog)
    .set({ ...change, version: sql`${endpointCatalog.version} + 1` })
    .returning({ version: endpointCatalog.version });
  if (!row) throw new Error('the endpoint catalog has no row: the migrations are incomplete');
  return row.version;
}
