import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { eq, sql } from 'drizzle-orm';
import type { ViewRow } from './view-row.ts';

export type ViewChange = Partial<
  Pick<ViewRow, 'name' | 'filters' | 'columns' | 'sort' | 'shared' | 'position'>
>;

export async function updateView(transaction: Transaction, id: string, change: ViewChange): Promise<ViewRow> {
  const [row] = await transaction
    .update(savedViews)
    .set({ ...change, updatedAt: sql`now()` })
    .where(eq(savedViews.id, id))
    .returning();
  if (!row) throw new Error('the view is gone');
  return row;
}
