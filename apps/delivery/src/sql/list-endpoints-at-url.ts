import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull, ne } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';

/** Lists the tenant's other active endpoints that have the same URL as this one. */
export function listEndpointsAtUrl(
  tx: Transaction,
  { id, tenantId, url }: Pick<EndpointRow, 'id' | 'tenantId' | 'url'>,
  limit: number,
): Promise<Pick<EndpointRow, 'id' | 'name' | 'events'>[]> {
  return tx
    .select({ id: endpoints.id, name: endpoints.name, events: endpoints.events })
    .from(endpoints)
    .where(
      and(
        eq(endpoints.tenantId, tenantId),
        eq(endpoints.url, url),
        eq(endpoints.active, true),
        isNull(endpoints.deletedAt),
        ne(endpoints.id, id),
      ),
    )
    .orderBy(endpoints.id)
    .limit(limit);
}
