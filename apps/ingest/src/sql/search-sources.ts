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

/** Finds sources of tenants by a part of the name or by the whole token of the address. */
export async function searchSources(
  transaction: Transaction,
  { text, token, limit }: SourceSearch,
): Promise<(Pick<SourceRow, 'id' | 'tenantId' | 'provider' | 'name'> & { isName: boolean })[]> {
  const newest = transaction
    .select({
      id: sources.id,
      tenantId: sources.tenantId,
      provider: sources.provider,
      name: sources.name,
      isName: sql<boolean>`coalesce(strpos(lower(${sources.name}), lower(${text}::text)) > 0, false)`.as(
        'is_name',
      ),
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
    })
    .from(newest)
    .where(sql`${newest.isName} or ${newest.isAddress}`)
    .orderBy(desc(newest.id))
    .limit(limit);
  return rows as (Pick<SourceRow, 'id' | 'tenantId' | 'provider' | 'name'> & { isName: boolean })[];
}
