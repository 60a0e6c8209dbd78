import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';

export async function deleteView(transaction: Transaction, id: string): Promise<void> {
  await transaction.delete(savedViews).where(eq(savedViews.id, id));
}
