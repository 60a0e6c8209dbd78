import { type InputOf, mergePatch, operations, type ViewListName } from '@hookline/contracts';
import { invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { nextViewPosition } from '../../sql/next-view-position.ts';
import { updateView, type ViewChange } from '../../sql/update-view.ts';
import type { ViewRow } from '../../sql/view-row.ts';
import type { RouteContext } from '../context.ts';
import { checkFilters } from './check-filters.ts';
import { lockChangeable } from './lock-changeable.ts';
import { ownerOf } from './owner-of.ts';
import { presentView } from './present-view.ts';
import { refuseTakenName } from './refuse-taken-name.ts';
import { requireRoomForShared, requireSharing } from './require-sharing.ts';

export function mountUpdateView(app: FastifyInstance, context: RouteContext): void {
  const { database, authenticate, identityOf } = context;
  mountOperation(app, operations.updateView, authenticate, async ({ principal, params, body, request }) => {
    const identity = identityOf(request);
    const owner = await ownerOf(database, principal);
    const row = await database
      .withScope(owner.tenantId ?? undefined, async (transaction) => {
        const stored = await lockChangeable(transaction, params.id, owner, identity);
        const change = toChange(stored, body);
        const changed = { ...stored, ...change };
        if (changed.shared) requireSharing(identity);
        if (changed.shared && !stored.shared) await requireRoomForShared(transaction, owner);
        if (change.filters) checkFilters(stored.list as ViewListName, change.filters, principal);
        if (body.position === null)
          change.position = await nextViewPosition(transaction, stored, stored.list);
        return await updateView(transaction, stored.id, change);
      })
      .catch(refuseTakenName(body.name));
    return { data: presentView(row, owner) };
  });
}

type Body = InputOf<typeof operations.updateView, 'body'>;

/** The defaults replace what is null. */
function toChange(stored: ViewRow, body: Body): ViewChange {
  if (body.name === null) throw invalidFields({ path: 'body/name', message: 'must not be null' });
  const change: ViewChange = {};
  if (body.name !== undefined) change.name = body.name;
  if (body.filters !== undefined)
    change.filters =
      body.filters === null ? {} : (mergePatch(stored.filters, body.filters) as ViewRow['filters']);
  if (body.columns !== undefined) change.columns = body.columns ?? [];
  if (body.sort !== undefined) change.sort = body.sort;
  if (body.shared !== undefined) change.shared = body.shared ?? false;
  if (typeof body.position === 'number') change.position = body.position;
  return change;
}
