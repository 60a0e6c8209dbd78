import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { count, inArray } from 'drizzle-orm';
import type { ReplayOutcomes } from './present-replay.ts';

/** What has become of what replays sent, by the replay's id. Reads an index with as many entries as they sent. */
export async function countReplayOutcomes(
  tx: Transaction,
  ids: readonly string[],
): Promise<(id: string) => ReplayOutcomes> {
  const found = new Map<string, ReplayOutcomes>();
  const rows =
    ids.length === 0
      ? []
      : await tx
          .select({ replayId: deliveries.replayId, status: deliveries.status, n: count() })
          .from(deliveries)
          .where(inArray(deliveries.replayId, [...ids]))
          .groupBy(deliveries.replayId, deliveries.status);
  for (const { replayId, status, n } of rows) {
    const outcomes = found.get(replayId as string) ?? { succeeded: 0, failed: 0, open: 0 };
    if (status === 'success') outcomes.succeeded += n;
    else if (status === 'failed' || status === 'discarded') outcomes.failed += n;
    else outcomes.open += n;
    found.set(replayId as string, outcomes);
  }
  return (id) => found.get(id) ?? { succeeded: 0, failed: 0, open: 0 };
}
