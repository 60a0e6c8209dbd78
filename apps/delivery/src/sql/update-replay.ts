import type { Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import { eq } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { ReplayRow } from './replay-row.ts';

export type ReplayUpdate = Pick<PgUpdateSetSource<typeof replays>, 'status' | 'dueAt' | 'finishedAt'>;

/** Changes a replay that the transaction has locked. */
export async function updateReplay(tx: Transaction, id: string, change: ReplayUpdate): Promise<ReplayRow> {
  const [row] = await tx.update(replays).set(change).where(eq(replays.id, id)).returning();
  if (!row) throw new Error(`the replay ${id} was not updated`);
  return row;
}
