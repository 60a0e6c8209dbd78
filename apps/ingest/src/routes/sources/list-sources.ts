import { listSources as operation, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listSources } from '../../sql/list-sources.ts';
import { toPage } from '../to-page.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';
import { toSource } from './to-source.ts';

export function mountListSources(app: FastifyInstance, context: SourceRoutesContext): void {
  mountOperation(app, operation, context.authenticate, async ({ principal, query }) => {
    const rows = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      listSources(transaction, {
        provider: query.provider,
        beforeId: query.cursor,
        offset: query.offset ?? 0,
        limit: query.limit + 1,
      }),
    );
    return toPage(rows, query.limit, (row) => toSource(row, context.publicUrl));
  });
}
