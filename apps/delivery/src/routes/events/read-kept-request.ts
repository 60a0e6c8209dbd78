import { decodeKeptRequest } from '@hookline/bus';
import { ApiError, type KeptRequest } from '@hookline/contracts';
import { type Database, keptRequestPlace, type SecretBox } from '@hookline/db';
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

/** Which request is read, and for whom. */
export interface KeptRequestWish {
  database: Database;
  /** undefined: of any tenant. */
  tenant: string | undefined;
  eventId: string;
  /** Unseals the secrets of the request; undefined: they stay sealed. */
  opens: SecretBox | undefined;
}

/** @throws ApiError `not_found`, or `request_not_kept` for an event without a request */
export async function readKeptRequest(wish: KeptRequestWish): Promise<ReadRequest> {
  const row = await readRow(wish);
  if (!row.request) throw new ApiError('request_not_kept', { message: whyNotKept(row.via) });
  return decode(wish, row, row.request);
}

/**
 * As readKeptRequest; for an event without a request, the request that an endpoint with the format `request` gets.
 * @throws ApiError `not_found`
 */
export async function readRequestOrPayload(
  wish: KeptRequestWish,
): Promise<ReadRequest & { isKept: boolean }> {
  const row = await readRow(wish);
  if (row.request) return { ...(await decode(wish, row, row.request)), isKept: true };
  return {
    eventId: wish.eventId,
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

function readRow({ database, tenant, eventId }: KeptRequestWish): Promise<KeptRequestRow> {
  return whenStored(eventId, () =>
    database.withScope(tenant, async (tx) => {
      const found = await findKeptRequest(tx, eventId);
      if (!found) throw eventNotFound();
      return found;
    }),
  );
}

async function decode(
  { eventId, opens }: KeptRequestWish,
  row: KeptRequestRow,
  encoded: Buffer,
): Promise<ReadRequest> {
  const { body, ...request } = await decodeKeptRequest(encoded);
  return {
    ...(opens ? unseal(request, opens, row.tenantId) : request),
    eventId,
    requestId: row.requestId,
    body: body ?? row.payload,
    bodyIsPayload: body === undefined,
  };
}

function unseal(
  request: Omit<KeptRequest, 'body'>,
  box: SecretBox,
  tenant: string,
): Omit<KeptRequest, 'body'> {
  const open = (sealed: string) => box.open(sealed, keptRequestPlace(tenant));
  return {
    ...request,
    query: request.isQuerySealed ? open(request.query) : request.query,
    isQuerySealed: false,
    headers: request.headers.map((header) =>
      header.isSealed ? { ...header, value: open(header.value), isSealed: false } : header,
    ),
  };
}

function whyNotKept(via: string): string {
  if (via === 'webhook')
    return 'The request of this event is not stored: its source has keepRequest false, or an event of the same request was deleted';
  return `This event did not come as a webhook (its via is "${via}"), so there is no request of a provider`;
}
