import { VIEW_LIMITS } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { and, eq, max } from 'drizzle-orm';
import type { ViewOwner } from './view-row.ts';
import { isOfTenant } from './views-of.ts';

/** The position after an owner's last view of a list. */
export async function nextViewPosition(
  transaction: Transaction,
  owner: ViewOwner,
  list: string,
): Promise<number> {
  const [row] = await transaction
    .select({ last: max(savedViews.position) })
    .from(savedViews)
    .where(and(isOfTenant(owner), eq(savedViews.ownerId, owner.ownerId), eq(savedViews.list, list)));
  return row?.last == null ? 0 : Math.min(row.last + 1, VIEW_LIMITS.position);
}
