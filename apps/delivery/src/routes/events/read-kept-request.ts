import { decodeKeptRequest } from '@hookline/bus';
import { ApiError, type KeptRequest } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { events, sharedRequests } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';

/** A kept request with its body, whatever the body is kept as. */
export interface ReadRequest extends Omit<KeptRequest, 'body'> {
  eventId: string;
  requestId: string | null;
  body: Uint8Array;
  bodyIsPayload: boolean;
}

/** @throws ApiError `not_found`, or `request_not_kept` for an event without */
export async function readKeptRequest(
  tx: Transaction,
  eventId: string,
  createdAt: Date,
): Promise<ReadRequest> {
  const [row] = await tx
    .select({
      via: events.via,
      payload: events.payload,
      request: events.request,
      requestId: events.requestId,
      shared: sharedRequests.content,
    })
    .from(events)
    .leftJoin(
      sharedRequests,
      and(eq(sharedRequests.id, events.requestId), eq(sharedRequests.createdAt, events.createdAt)),
    )
    .where(and(eq(events.id, eventId), eq(events.createdAt, createdAt), isNull(events.deletedAt)));
  if (!row) throw new ApiError('not_found', { message: 'There is no such event' });
  const encoded = row.request ?? row.shared;
  if (!encoded) throw new ApiError('request_not_kept', { message: whyNot(row.via) });
  const { body, ...request } = await decodeKeptRequest(encoded);
  return {
    ...request,
    eventId,
    requestId: row.requestId,
    body: body ?? row.payload,
    bodyIsPayload: body === undefined,
  };
}

function whyNot(via: string): string {
  if (via === 'webhook')
    return 'No request is kept of this event: its source has keepRequest false, or an event of the same request was deleted';
  return `No webhook brought this event (via is "${via}"), so there is no request of a provider`;
}
