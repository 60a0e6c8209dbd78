import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deleteView } from '../../sql/delete-view.ts';
import type { RouteContext } from '../context.ts';
import { lockChangeable } from './lock-changeable.ts';
import { ownerOf } from './owner-of.ts';

export function mountDeleteView(app: FastifyInstance, context: RouteContext): void {
  const { database, authenticate, identityOf } = context;
  mountOperation(app, operations.deleteView, authenticate, async ({ principal, params, request }) => {
    const owner = await ownerOf(database, principal);
    await database.withScope(owner.tenantId ?? undefined, async (transaction) => {
      const { id } = await lockChangeable(transaction, params.id, owner, identityOf(request));
      await deleteView(transaction, id);
    });
    return { data: { message: 'The view is deleted' } };
  });
}
