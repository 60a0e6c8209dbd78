import { managedSourceOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deleteManagedSource } from '../../sql/delete-managed-source.ts';
import type { RouteContext } from '../context.ts';

export function mountDeleteManagedSource(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, managedSourceOperations.deleteManagedSource, context.authenticate, async (call) => {
    await deleteManagedSource(context.database, call.params.id);
    await context.onSourcesChanged();
    return { data: { message: 'Source deleted' } };
  });
}
