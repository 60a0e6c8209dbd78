import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { EndpointRow } from './endpoint-row.ts';
import { hostOfUrl } from './host-of-url.ts';

/** The newest endpoints that are searched. */
const MAX_SEARCHED = 10_000;

/**
 * Finds endpoints by the tenant's own id, a part of the name, or the host of the URL. The rest of a URL may contain a secret, so it is not
 * searched.
 */
export async function searchEndpoints(
  tx: Transaction,
  { tenant, text, limit }: { tenant: string | undefined; text: string; limit: number },
): Promise<(Pick<EndpointRow, 'id' | 'tenantId' | 'name'> & { isUid: boolean; isName: boolean })[]> {
  const newest = tx
    .select({
      id: endpoints.id,
      tenantId: endpoints.tenantId,
      name: endpoints.name,
      isName: sql<boolean>`strpos(lower(${endpoints.name}), lower(${text}::text)) > 0`.as('is_name'),
      isUid: sql<boolean>`coalesce(${endpoints.uid} = ${text}::text, false)`.as('is_uid'),
      isHost: sql<boolean>`${hostOfUrl(endpoints.url)} = lower(${text}::text)`.as('is_host'),
    })
    .from(endpoints)
    .where(
      and(isNull(endpoints.deletedAt), tenant === undefined ? undefined : eq(endpoints.tenantId, tenant)),
    )
    .orderBy(desc(endpoints.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  return await tx
    .select({
      id: newest.id,
      tenantId: newest.tenantId,
      name: newest.name,
      isName: newest.isName,
      isUid: newest.isUid,
    })
    .from(newest)
    .where(sql`${newest.isUid} or ${newest.isName} or ${newest.isHost}`)
    .orderBy(desc(newest.id))
    .limit(limit);
}
