import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { requireSource } from './require-source.ts';
import { toSource } from './to-source.ts';

export function mountGetSource(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getSource, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      requireSource(transaction, params.id),
    );
    return { data: toSource(row, context.publicUrl) };
  });
}
