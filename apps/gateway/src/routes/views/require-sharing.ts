import { ApiError, VIEW_LIMITS } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { Identity } from '../../auth/identity.ts';
import { countSharedViews } from '../../sql/count-shared-views.ts';
import { lockLimit } from '../../sql/lock-limit.ts';
import type { ViewOwner } from '../../sql/view-row.ts';

/** @throws ApiError `forbidden` for a read-only caller: what it shares, others see */
export function requireSharing({ scopes }: Pick<Identity, 'scopes'>): void {
  if (scopes.some((scope) => !scope.endsWith(':read'))) return;
  throw new ApiError('forbidden', { message: 'A read-only caller cannot share a view: others would see it' });
}

/** @throws ApiError `conflict` if the tenant, or the operators, have as many shared views as they may have */
export async function requireRoomForShared(transaction: Transaction, owner: ViewOwner): Promise<void> {
  await lockLimit(transaction, 'saved_views', owner.tenantId);
  if ((await countSharedViews(transaction, owner, VIEW_LIMITS.shared)) < VIEW_LIMITS.shared) return;
  throw new ApiError('conflict', { message: `There may be at most ${VIEW_LIMITS.shared} shared views` });
}
