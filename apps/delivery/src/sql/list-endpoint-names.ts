import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { inArray } from 'drizzle-orm';

/** The names of endpoints by their ids, also of deleted endpoints. */
export async function listEndpointNames(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({ id: endpoints.id, name: endpoints.name })
    .from(endpoints)
    .where(inArray(endpoints.id, [...ids]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
