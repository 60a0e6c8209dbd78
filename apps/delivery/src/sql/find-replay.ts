import type { Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import { eq } from 'drizzle-orm';
import type { ReplayRow } from './replay-row.ts';

/** Finds a replay among those that the transaction may see. */
export async function findReplay(tx: Transaction, id: string): Promise<ReplayRow | undefined> {
  const [row] = await tx.select().from(replays).where(eq(replays.id, id));
  return row;
}
