import {
  ApiError,
  ID_PREFIX,
  mergePatch,
  operations,
  VIEW_LIMITS,
  VIEW_OPERATIONS,
} from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireAccess } from '../../auth/require-access.ts';
import { countOwnViews } from '../../sql/count-own-views.ts';
import { insertView } from '../../sql/insert-view.ts';
import { lockLimit } from '../../sql/lock-limit.ts';
import { nextViewPosition } from '../../sql/next-view-position.ts';
import type { RouteContext } from '../context.ts';
import { checkFilters } from './check-filters.ts';
import { ownerOf } from './owner-of.ts';
import { presentView } from './present-view.ts';
import { refuseTakenName } from './refuse-taken-name.ts';
import { requireRoomForShared, requireSharing } from './require-sharing.ts';

const nextViewId = createIdFactory(ID_PREFIX.view);

export function mountCreateView(app: FastifyInstance, context: RouteContext): void {
  const { database, authenticate, identityOf } = context;
  mountOperation(app, operations.createView, authenticate, async ({ principal, body, request }) => {
    const identity = identityOf(request);
    const { list, name } = body;
    const shared = body.shared ?? false;
    const filters = mergePatch({}, body.filters ?? {}) as Record<string, string>;
    requireAccess(identity, VIEW_OPERATIONS[list]);
    if (shared) requireSharing(identity);
    checkFilters(list, filters, principal);
    const owner = await ownerOf(database, principal);
    const row = await database
      .withScope(owner.tenantId ?? undefined, async (transaction) => {
        await lockLimit(transaction, 'saved_views', owner.tenantId);
        if ((await countOwnViews(transaction, owner, VIEW_LIMITS.own)) >= VIEW_LIMITS.own)
          throw new ApiError('conflict', { message: `You may have at most ${VIEW_LIMITS.own} views` });
        if (shared) await requireRoomForShared(transaction, owner);
        return await insertView(transaction, {
          id: nextViewId(),
          ...owner,
          list,
          name,
          filters,
          columns: body.columns ?? [],
          sort: body.sort ?? null,
          shared,
          position: body.position ?? (await nextViewPosition(transaction, owner, list)),
        });
      })
      .catch(refuseTakenName(name));
    return { data: presentView(row, owner) };
  });
}
