import { ApiError, type ViewListName } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { Identity } from '../../auth/identity.ts';
import { findView } from '../../sql/find-view.ts';
import type { ViewOwner, ViewRow } from '../../sql/view-row.ts';
import { readableLists } from './readable-lists.ts';

/**
 * A view that a caller may change, locked until the transaction ends.
 * @throws ApiError `not_found`; `forbidden` for a shared view of somebody else
 */
export async function lockChangeable(
  transaction: Transaction,
  id: string,
  owner: ViewOwner,
  identity: Identity,
): Promise<ViewRow> {
  const row = await findView(transaction, owner, id, 'for update');
  if (!row || !readableLists(identity).includes(row.list as ViewListName)) throw new ApiError('not_found');
  if (row.ownerId === owner.ownerId || identity.scopes.includes('admin')) return row;
  throw new ApiError('forbidden', {
    message: 'This view belongs to somebody else: save a copy, or use a key with the scope "admin"',
  });
}
