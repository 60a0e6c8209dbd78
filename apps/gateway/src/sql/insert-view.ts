import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import type { ViewRow } from './view-row.ts';

export async function insertView(
  transaction: Transaction,
  view: typeof savedViews.$inferInsert,
): Promise<ViewRow> {
  const [row] = await transaction.insert(savedViews).values(view).returning();
  if (!row) throw new Error('the view was not inserted');
  return row;
}
