import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';
import { nextCatalogVersion } from './next-catalog-version.ts';

/** Locks those of the endpoints that are not deleted and that are on or off, in the order of their ids. */
export function lockSwitchedEndpoints(
  tx: Transaction,
  ids: readonly string[],
  active: boolean,
): Promise<Pick<EndpointRow, 'id' | 'disabledAt'>[]> {
  return tx
    .select({ id: endpoints.id, disabledAt: endpoints.disabledAt })
    .from(endpoints)
    .where(and(inArray(endpoints.id, [...ids]), isNull(endpoints.deletedAt), eq(endpoints.active, active)))
    .orderBy(endpoints.id)
    .for('update');
}

/** Switches endpoints that the transaction has locked on or off, as a person does: all by one version of the catalog. */
export async function switchEndpoints(
  tx: Transaction,
  ids: readonly string[],
  active: boolean,
): Promise<EndpointRow[]> {
  return await tx
    .update(endpoints)
    .set({
      active,
      version: await nextCatalogVersion(tx),
      updatedAt: sql`now()`,
      ...(active ? { disabledAt: null, disabledReason: null, resumedAt: sql`now()` } : {}),
    })
    .where(inArray(endpoints.id, [...ids]))
    .returning();
}
