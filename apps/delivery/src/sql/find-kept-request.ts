import type { Transaction } from '@hookline/db';
import { events, sharedRequests } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';
import { createdAtOf, type StoredEventRow } from './event-row.ts';

export interface KeptRequestRow extends Pick<StoredEventRow, 'tenantId' | 'via' | 'payload' | 'requestId'> {
  /** Encoded; null when no request is stored. */
  request: Buffer | null;
}

/** Finds the request of an event that is not deleted, whether the request is stored with the event or shared. */
export async function findKeptRequest(tx: Transaction, eventId: string): Promise<KeptRequestRow | undefined> {
  const [row] = await tx
    .select({
      tenantId: events.tenantId,
      via: events.via,
      payload: events.payload,
      requestId: events.requestId,
      own: events.request,
      shared: sharedRequests.content,
    })
    .from(events)
    .leftJoin(
      sharedRequests,
      and(eq(sharedRequests.id, events.requestId), eq(sharedRequests.createdAt, events.createdAt)),
    )
    .where(and(eq(events.id, eventId), eq(events.createdAt, createdAtOf(eventId)), isNull(events.deletedAt)));
  if (!row) return undefined;
  const { own, shared, ...event } = row;
  return { ...event, request: own ?? shared };
}
