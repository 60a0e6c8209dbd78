import { ID_PREFIX } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { type Page, type PageQuery, readPage } from '@hookline/service';
import { countSources, listSources } from '../../sql/list-sources.ts';
import type { SourceRow } from '../../sql/source-row.ts';

/** A page of sources, newest first. @param tenant undefined: all tenants */
export function listSourcesPage<Item>(
  database: Database,
  tenant: string | undefined,
  { provider, tag, ...query }: PageQuery & { provider?: string | undefined; tag?: string | undefined },
  toItem: (row: SourceRow) => Item,
): Promise<Page<Item>> {
  const filter = { provider, tag };
  return database.withScope(tenant, (transaction) =>
    readPage(query, {
      list: (range) => listSources(transaction, filter, range),
      count: (limit) => countSources(transaction, filter, limit),
      cursorOf: ({ id }) => id,
      idPrefix: ID_PREFIX.source,
      toItem,
    }),
  );
}
