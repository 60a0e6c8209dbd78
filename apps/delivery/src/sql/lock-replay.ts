import type { Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import { eq } from 'drizzle-orm';
import type { ReplayRow } from './replay-row.ts';

/** As findReplay. Waits for the worker that holds the row, and keeps it from others until the transaction ends. */
export async function lockReplay(tx: Transaction, id: string): Promise<ReplayRow | undefined> {
  const [row] = await tx.select().from(replays).where(eq(replays.id, id)).for('update');
  return row;
}
