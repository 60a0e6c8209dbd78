import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { lockSource } from '../../sql/lock-source.ts';
import { updateSource } from '../../sql/update-source.ts';
import type { SourceRoutesContext } from './source-routes-context.ts';

export function mountDeleteSource(app: FastifyInstance, context: SourceRoutesContext): void {
  mountOperation(app, operations.deleteSource, context.authenticate, async ({ principal, params, query }) => {
    await context.database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const row = await lockSource(transaction, params.id);
      if (!row) throw new ApiError('not_found', { message: 'There is no such source' });
      // The row stays, so that other replicas notice that it has gone; what was secret does not.
      await updateSource(transaction, row.id, {
        active: false,
        deleted: true,
        secrets: [],
        retiredSecrets: [],
        verifyToken: null,
      });
    });
    await context.onSourcesChanged();
    return { data: { message: 'The source was deleted' } };
  });
}
