import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findSource } from '../../sql/find-source.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';
import { toSource } from './to-source.ts';

export function mountGetSource(app: FastifyInstance, context: SourceRoutesContext): void {
  mountOperation(app, operations.getSource, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      findSource(transaction, params.id),
    );
    if (!row) throw new ApiError('not_found', { message: 'There is no such source' });
    return { data: toSource(row, context.publicUrl) };
  });
}
