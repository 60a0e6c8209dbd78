import { decodeKeptRequest } from '@hookline/bus';
import { ApiError, type KeptRequest } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { findKeptRequest } from '../../sql/find-kept-request.ts';
import { eventNotFound } from './require-event.ts';
import { whenStored } from './when-stored.ts';

/** A request of a provider with its body, wherever the body is stored. */
export interface ReadRequest extends Omit<KeptRequest, 'body'> {
  eventId: string;
  requestId: string | null;
  body: Uint8Array;
  /** Whether the body is the payload of the event. */
  bodyIsPayload: boolean;
}

/** @throws ApiError `not_found`, or `request_not_kept` for an event without a request */
export async function readKeptRequest(
  database: Database,
  tenant: string | undefined,
  eventId: string,
): Promise<ReadRequest> {
  const row = await whenStored(eventId, () =>
    database.withScope(tenant, async (tx) => {
      const found = await findKeptRequest(tx, eventId);
      if (!found) throw eventNotFound();
      return found;
    }),
  );
  if (!row.request) throw new ApiError('request_not_kept', { message: whyNotKept(row.via) });
  const { body, ...request } = await decodeKeptRequest(row.request);
  return {
    ...request,
    eventId,
    requestId: row.requestId,
    body: body ?? row.payload,
    bodyIsPayload: body === undefined,
  };
}

function whyNotKept(via: string): string {
  if (via === 'webhook')
    return 'The request of this event is not stored: its source has keepRequest false, or an event of the same request was deleted';
  return `This event did not come as a webhook (its via is "${via}"), so there is no request of a provider`;
}
