import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { and, eq, or } from 'drizzle-orm';
import type { ViewOwner, ViewRow } from './view-row.ts';
import { isOfTenant } from './views-of.ts';

/** A view that an owner sees: its own or a shared one. */
export async function findView(
  transaction: Transaction,
  owner: ViewOwner,
  id: string,
  lock?: 'for update',
): Promise<ViewRow | undefined> {
  const query = transaction
    .select()
    .from(savedViews)
    .where(
      and(
        eq(savedViews.id, id),
        isOfTenant(owner),
        or(eq(savedViews.ownerId, owner.ownerId), eq(savedViews.shared, true)),
      ),
    );
  const [row] = await (lock ? query.for('update') : query);
  return row;
}
