import type { Transaction } from '@hookline/db';
import { eventKeys } from '@hookline/db/delivery';
import { and, asc, eq, gte, lt } from 'drizzle-orm';

/** The most replays that a journey names. */
const MAX_LISTED = 20;

/** What the dedupe keys of the edited replays of an event begin with. */
const keyStart = (eventId: string) => `replay:${eventId}:`;

/** The dedupe key of a replay with another payload: no two replays share one. */
export const editedReplayKey = (originalId: string, eventId: string): string =>
  `${keyStart(originalId)}${eventId}`;

/** The ids of the first events that were made from an event with another payload, oldest first. */
export async function listEditedReplays(
  tx: Transaction,
  event: { id: string; tenantId: string },
): Promise<string[]> {
  const start = keyStart(event.id);
  const rows = await tx
    .select({ eventId: eventKeys.eventId })
    .from(eventKeys)
    .where(
      and(
        eq(eventKeys.tenantId, event.tenantId),
        gte(eventKeys.dedupeKey, start),
        // ';' comes right after ':'.
        lt(eventKeys.dedupeKey, `${start.slice(0, -1)};`),
      ),
    )
    .orderBy(asc(eventKeys.dedupeKey))
    .limit(MAX_LISTED);
  return rows.map(({ eventId }) => eventId);
}
