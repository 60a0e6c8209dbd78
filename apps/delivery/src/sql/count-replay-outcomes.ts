import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { count, inArray } from 'drizzle-orm';

/** How many deliveries of a replay are in which state. A delivery counts for its latest replay alone. */
export interface ReplayOutcomes {
  succeeded: number;
  failed: number;
  open: number;
}

/**
 * Counts the outcomes of replays by the id of the replay. Reads one index entry for each delivery that they sent.
 */
export async function countReplayOutcomes(
  tx: Transaction,
  replayIds: readonly string[],
): Promise<(replayId: string) => ReplayOutcomes> {
  const found = new Map<string, ReplayOutcomes>();
  const rows =
    replayIds.length === 0
      ? []
      : await tx
          .select({ replayId: deliveries.replayId, status: deliveries.status, n: count() })
          .from(deliveries)
          .where(inArray(deliveries.replayId, [...replayIds]))
          .groupBy(deliveries.replayId, deliveries.status);
  for (const { replayId, status, n } of rows) {
    const outcomes = found.get(replayId as string) ?? noOutcomes();
    if (status === 'success') outcomes.succeeded += n;
    else if (status === 'failed' || status === 'discarded') outcomes.failed += n;
    else outcomes.open += n;
    found.set(replayId as string, outcomes);
  }
  return (replayId) => found.get(replayId) ?? noOutcomes();
}

export const noOutcomes = (): ReplayOutcomes => ({ succeeded: 0, failed: 0, open: 0 });
