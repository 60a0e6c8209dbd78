import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listSourcesPage } from './list-sources-page.ts';
import { toSource } from './to-source.ts';

export function mountListSources(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listSources, context.authenticate, ({ principal, query }) =>
    listSourcesPage(context.database, tenantToRead(principal, query.userId), query, (row) =>
      toSource(row, context.publicUrl),
    ),
  );
}
