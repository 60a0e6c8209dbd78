import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';

/** Gives the views of a key that is being rotated to its successor. */
export async function handOnViews(transaction: Transaction, from: string, to: string): Promise<void> {
  await transaction.update(savedViews).set({ ownerId: to }).where(eq(savedViews.ownerId, from));
}
