import { operations, type Principal, type RegisteredWebhook, tenantToRead } from '@hookline/contracts';
import { decodeCursor, MAX_COUNTED, mountOperation, pageOf, toTotal } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countSources, listSources } from '../../sql/list-sources.ts';
import type { SourceRow } from '../../sql/source-row.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';
import { toSource } from './to-source.ts';

interface ListQuery {
  limit: number;
  cursor?: string;
  offset?: number;
  userId?: string;
  provider?: string;
}

/** Lists sources: at `/api/sources`, and with other field names at `/api/webhooks/list` (docs/compatibility.md). */
export function mountListSources(app: FastifyInstance, context: SourceRoutesContext): void {
  const present = (row: SourceRow) => toSource(row, context.publicUrl);

  mountOperation(app, operations.listSources, context.authenticate, ({ principal, query }) =>
    list(principal, query, present),
  );

  mountOperation(app, operations.listRegisteredWebhooks, context.authenticate, ({ principal, query }) =>
    list(principal, query, (row): RegisteredWebhook => {
      const { id, userId, provider, url, events, active, createdAt, updatedAt } = present(row);
      return {
        id,
        userId,
        platform: provider,
        webhookUrl: url,
        events: events ?? null,
        active,
        createdAt,
        updatedAt,
      };
    }),
  );

  function list<Item>(principal: Principal, query: ListQuery, toItem: (row: SourceRow) => Item) {
    const { limit, offset = 0 } = query;
    const filter = {
      provider: query.provider,
      beforeId: decodeCursor(query.cursor),
      offset,
      limit: limit + 1,
    };
    return context.database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const rows = await listSources(transaction, filter);
      const total =
        filter.beforeId === undefined
          ? toTotal(await countSources(transaction, filter, MAX_COUNTED + 1))
          : undefined;
      return pageOf(rows, { limit, offset, total, cursorOf: ({ id }) => id, toItem });
    });
  }
}
