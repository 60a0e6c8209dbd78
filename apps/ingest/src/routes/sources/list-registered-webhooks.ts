import { operations, type RegisteredWebhook, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { SourceRow } from '../../sql/source-row.ts';
import type { RouteContext } from '../context.ts';
import { listSourcesPage } from './list-sources-page.ts';
import { toSource } from './to-source.ts';

/** Lists the same sources as listSources, with other field names (docs/compatibility.md). */
export function mountListRegisteredWebhooks(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listRegisteredWebhooks, context.authenticate, ({ principal, query }) =>
    listSourcesPage(context.database, tenantToRead(principal, query.userId), query, (row) =>
      toRegisteredWebhook(row, context.publicUrl),
    ),
  );
}

function toRegisteredWebhook(row: SourceRow, publicUrl: string): RegisteredWebhook {
  const { id, userId, provider, url, events, active, createdAt, updatedAt } = toSource(row, publicUrl);
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
}
