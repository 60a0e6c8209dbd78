import type { Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import { eq, sql } from 'drizzle-orm';
import type { ReplayRow } from './replay-row.ts';

/** The statuses that a caller can give a replay. */
export type ReplayTarget = 'running' | 'paused' | 'cancelled';

const CHANGES = {
  running: { status: 'running', dueAt: sql`now()` },
  paused: { status: 'paused', dueAt: null },
  cancelled: { status: 'cancelled', dueAt: null, finishedAt: sql`coalesce(finished_at, now())` },
} as const;

/** Changes the status of a replay that the transaction has locked. */
export async function updateReplay(tx: Transaction, id: string, status: ReplayTarget): Promise<ReplayRow> {
  const [row] = await tx.update(replays).set(CHANGES[status]).where(eq(replays.id, id)).returning();
  if (!row) throw new Error(`the replay ${id} was not updated`);
  return row;
}
