import { oneNamed } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { sources } from '@hookline/db/ingest';
import { and, isNotNull, isNull } from 'drizzle-orm';
import { isNamed } from './is-named.ts';
import type { SourceRow } from './source-row.ts';

/**
 * A source that has not been deleted, among those that the transaction may see.
 * @param name the id, or `uid:` and the tenant's own id
 * @throws ApiError `not_found` if several tenants have a source with this own id
 */
export async function findSource(transaction: Transaction, name: string): Promise<SourceRow | undefined> {
  const rows = await transaction
    .select()
    .from(sources)
    .where(and(isNamed(name), isNotNull(sources.tenantId), isNull(sources.deletedAt)))
    .limit(2);
  return oneNamed(rows as SourceRow[], 'a source');
}
