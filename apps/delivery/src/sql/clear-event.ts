import type { Transaction } from '@hookline/db';
import { attempts, events, localResults, sharedRequests } from '@hookline/db/delivery';
import { and, eq, gte, lte, sql } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

/** Marks an event as deleted and removes its payload, its request, the responses to its attempts and its local results. */
export async function clearEvent(
  tx: Transaction,
  { id, createdAt, requestId }: Pick<EventRow, 'id' | 'createdAt' | 'requestId'>,
): Promise<void> {
  await tx
    .update(events)
    .set({ deletedAt: sql`now()`, payload: Buffer.alloc(0), sizeBytes: 0, request: null })
    .where(and(eq(events.id, id), eq(events.createdAt, createdAt)));
  if (requestId !== null) await removeRequest(tx, requestId, createdAt);
  await tx
    .update(attempts)
    .set({ responseHeaders: null, responseBody: null })
    .where(and(eq(attempts.eventId, id), eq(attempts.createdAt, createdAt)));
  await tx
    .delete(localResults)
    .where(and(eq(localResults.eventId, id), eq(localResults.createdAt, createdAt)));
}

/** The prefix and the time of an event id. 16 random characters follow. */
const TIME_LENGTH = 'evt_'.length + 10;

/** Removes a request from all events that came with it. */
async function removeRequest(tx: Transaction, requestId: string, createdAt: Date): Promise<void> {
  await tx
    .delete(sharedRequests)
    .where(and(eq(sharedRequests.id, requestId), eq(sharedRequests.createdAt, createdAt)));
  // The ids of its events are of one millisecond, so the primary key finds them.
  const prefix = requestId.slice(0, TIME_LENGTH);
  await tx
    .update(events)
    .set({ request: null })
    .where(
      and(
        gte(events.id, prefix),
        lte(events.id, `${prefix}Z`.padEnd(requestId.length, 'Z')),
        eq(events.createdAt, createdAt),
        eq(events.requestId, requestId),
      ),
    );
}
