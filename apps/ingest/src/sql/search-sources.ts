import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, desc, isNotNull, isNull, sql } from 'drizzle-orm';
import type { SourceRow } from './source-row.ts';

export interface SourceSearch {
  text: string;
  /** What would be the unguessable part of an address. */
  token: string;
  limit: number;
}

/** The newest sources that are searched. */
const MAX_SEARCHED = 10_000;

/** Finds sources by the tenant's own id, a part of the name or by the whole token of the address. */
export async function searchSources(
  transaction: Transaction,
  { text, token, limit }: SourceSearch,
): Promise<
  (Pick<SourceRow, 'id' | 'tenantId' | 'provider' | 'name'> & { isName: boolean; isUid: boolean })[]
> {
  const newest = transaction
    .select({
      id: sources.id,
      tenantId: sources.tenantId,
      provider: sources.provider,
      name: sources.name,
      isName: sql<boolean>`coalesce(strpos(lower(${sources.name}), lower(${text}::text)) > 0, false)`.as(
        'is_name',
      ),
      isUid: sql<boolean>`coalesce(${sources.uid} = ${text}::text, false)`.as('is_uid'),
      isAddress: sql<boolean>`${sources.token} = ${token}::text`.as('is_address'),
    })
    .from(sources)
    .where(and(isNotNull(sources.tenantId), isNull(sources.deletedAt)))
    .orderBy(desc(sources.id))
    .limit(MAX_SEARCHED)
    .as('newest');
  const rows = await transaction
    .select({
      id: newest.id,
      tenantId: newest.tenantId,
      provider: newest.provider,
      name: newest.name,
      isName: newest.isName,
      isUid: newest.isUid,
    })
    .from(newest)
    .where(sql`${newest.isUid} or ${newest.isName} or ${newest.isAddress}`)
    .orderBy(desc(newest.id))
    .limit(limit);
  return rows as (Pick<SourceRow, 'id' | 'tenantId' | 'provider' | 'name'> & {
    isName: boolean;
    isUid: boolean;
  })[];
}
