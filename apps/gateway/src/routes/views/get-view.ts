import { ApiError, operations, type ViewListName } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findView } from '../../sql/find-view.ts';
import type { RouteContext } from '../context.ts';
import { ownerOf } from './owner-of.ts';
import { presentView } from './present-view.ts';
import { readableLists } from './readable-lists.ts';

export function mountGetView(app: FastifyInstance, context: RouteContext): void {
  const { database, authenticate, identityOf } = context;
  mountOperation(app, operations.getView, authenticate, async ({ principal, params, request }) => {
    const owner = await ownerOf(database, principal);
    const row = await database.withScope(owner.tenantId ?? undefined, (transaction) =>
      findView(transaction, owner, params.id),
    );
    if (!row || !readableLists(identityOf(request)).includes(row.list as ViewListName))
      throw new ApiError('not_found');
    return { data: presentView(row, owner) };
  });
}
