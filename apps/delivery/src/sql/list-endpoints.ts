import { countUpTo, type Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import type { RowRange } from '@hookline/service';
import { and, arrayContains, desc, eq, isNull, lt } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';

export interface EndpointFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
  active: boolean | undefined;
  tag: string | undefined;
}

/** Lists endpoints that are not deleted, newest first. */
export function listEndpoints(
  tx: Transaction,
  filter: EndpointFilter,
  { after, offset, limit }: RowRange,
): Promise<EndpointRow[]> {
  return tx
    .select()
    .from(endpoints)
    .where(and(conditionsOf(filter), after === undefined ? undefined : lt(endpoints.id, after)))
    .orderBy(desc(endpoints.id))
    .limit(limit)
    .offset(offset);
}

/** Counts the endpoints of the list, but no more than `limit`. */
export function countEndpoints(tx: Transaction, filter: EndpointFilter, limit: number): Promise<number> {
  return countUpTo(tx, endpoints, conditionsOf(filter), limit);
}

const conditionsOf = ({ tenant, active, tag }: EndpointFilter) =>
  and(
    isNull(endpoints.deletedAt),
    tenant === undefined ? undefined : eq(endpoints.tenantId, tenant),
    active === undefined ? undefined : eq(endpoints.active, active),
    tag === undefined ? undefined : arrayContains(endpoints.tags, [tag]),
  );
