import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { updateSource } from '../../sql/update-source.ts';
import type { RouteContext } from '../context.ts';
import { requireLockedSource } from './require-source.ts';

export function mountDeleteSource(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.deleteSource, context.authenticate, async ({ principal, params, query }) => {
    await context.database.withScope(tenantToRead(principal, query.userId), async (transaction) => {
      const row = await requireLockedSource(transaction, params.id);
      // The row stays, so that other replicas notice the deletion. Its secrets are removed.
      await updateSource(transaction, row.id, {
        active: false,
        deleted: true,
        secrets: [],
        retiredSecrets: [],
        verifyToken: null,
      });
    });
    await context.onSourcesChanged();
    return { data: { message: 'Source deleted' } };
  });
}
