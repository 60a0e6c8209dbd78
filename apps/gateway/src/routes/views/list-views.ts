import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listViews } from '../../sql/list-views.ts';
import type { RouteContext } from '../context.ts';
import { ownerOf } from './owner-of.ts';
import { presentView } from './present-view.ts';
import { readableLists } from './readable-lists.ts';

export function mountListViews(app: FastifyInstance, context: RouteContext): void {
  const { database, authenticate, identityOf } = context;
  mountOperation(app, operations.listViews, authenticate, async ({ principal, query, request }) => {
    const readable = readableLists(identityOf(request));
    const lists = query.list === undefined ? readable : readable.filter((each) => each === query.list);
    const owner = await ownerOf(database, principal);
    const rows = await database.withScope(owner.tenantId ?? undefined, (transaction) =>
      listViews(transaction, owner, lists),
    );
    return { data: rows.map((row) => presentView(row, owner)) };
  });
}
