import type { Transaction } from '@hookline/db';
import { savedViews } from '@hookline/db/gateway';
import { and, eq } from 'drizzle-orm';

/** Deletes the views that nobody but this owner sees. */
export async function deletePrivateViews(transaction: Transaction, ownerId: string): Promise<void> {
  await transaction
    .delete(savedViews)
    .where(and(eq(savedViews.ownerId, ownerId), eq(savedViews.shared, false)));
}
