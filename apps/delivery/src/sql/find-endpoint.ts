import { oneNamed, UID_PREFIX } from '@hookline/contracts';
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

/**
 * As findEndpoint, by what a path names: the id, or `uid:` and the tenant's own id.
 * @param lock nobody else can change the row until the transaction ends
 * @throws ApiError `not_found` if several tenants have an endpoint with this own id
 */
export async function findNamedEndpoint(
  tx: Transaction,
  name: string,
  lock?: 'update',
): Promise<EndpointRow | undefined> {
  const isNamed = name.startsWith(UID_PREFIX)
    ? eq(endpoints.uid, name.slice(UID_PREFIX.length))
    : eq(endpoints.id, name);
  const query = tx
    .select()
    .from(endpoints)
    .where(and(isNamed, isNull(endpoints.deletedAt)))
    .limit(2);
  const rows = await (lock === undefined ? query : query.for(lock));
  return oneNamed(rows, 'an endpoint');
}
