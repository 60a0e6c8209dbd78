import type { ViewListName } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { ViewOwner, ViewRow } from './view-row.ts';
import { isOfTenant } from './views-of.ts';

/** Lists the views that an owner sees, of the given lists: its own and the shared ones, by list and position. */
export function listViews(
  transaction: Transaction,
  owner: ViewOwner,
  lists: readonly ViewListName[],
): Promise<ViewRow[]> {
  return transaction
    .select()
    .from(savedViews)
    .where(
      and(
        isOfTenant(owner),
        inArray(savedViews.list, [...lists]),
        or(eq(savedViews.ownerId, owner.ownerId), eq(savedViews.shared, true)),
      ),
    )
    .orderBy(asc(savedViews.list), asc(savedViews.position), asc(savedViews.id));
}
