import { decodeKeptRequest } from '@hookline/bus';
import { ApiError, type KeptRequest } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { findKeptRequest, type KeptRequestRow } from '../../sql/find-kept-request.ts';
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
  const row = await readRow(database, tenant, eventId);
  if (!row.request) throw new ApiError('request_not_kept', { message: whyNotKept(row.via) });
  return decode(eventId, row, row.request);
}

/**
 * As readKeptRequest; for an event without a request, the request that an endpoint with the format `request` gets.
 * @throws ApiError `not_found`
 */
export async function readRequestOrPayload(
  database: Database,
  tenant: string | undefined,
  eventId: string,
): Promise<ReadRequest & { isKept: boolean }> {
  const row = await readRow(database, tenant, eventId);
  if (row.request) return { ...(await decode(eventId, row, row.request)), isKept: true };
  return {
    eventId,
    requestId: row.requestId,
    method: 'POST',
    origin: '',
    path: '/',
    pathSuffix: '',
    query: '',
    isQuerySealed: false,
    headers: [{ name: 'content-type', value: 'application/json', isSealed: false }],
    headersLeftOut: [],
    body: row.payload,
    bodyIsPayload: true,
    isKept: false,
  };
}

function readRow(database: Database, tenant: string | undefined, eventId: string): Promise<KeptRequestRow> {
  return whenStored(eventId, () =>
    database.withScope(tenant, async (tx) => {
      const found = await findKeptRequest(tx, eventId);
      if (!found) throw eventNotFound();
      return found;
    }),
  );
}

async function decode(eventId: string, row: KeptRequestRow, encoded: Buffer): Promise<ReadRequest> {
  const { body, ...request } = await decodeKeptRequest(encoded);
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
