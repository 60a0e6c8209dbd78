import { ApiError, ID_PREFIX, isId, type PastedEvent, timestampMs } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createIdFactory } from '@hookline/service';
import type { FilterAttributes } from '../../pipeline/filters/evaluate-filters.ts';
import type { EventRow } from '../../sql/event-row.ts';
import { findEventWithPayload } from '../../sql/find-event.ts';
import { eventNotFound } from '../events/require-event.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);

/** An event on which an endpoint's filter and transformation are tried. */
export interface TriedEvent {
  attributes: FilterAttributes;
  payload: Uint8Array;
}

/**
 * Reads the event that a request names or holds; undefined if it does neither.
 * @param tenantId the endpoint's tenant: other tenants' events are not found
 * @throws ApiError `not_found` or `invalid_request`
 */
export async function readTriedEvent(
  database: Database,
  tenantId: string,
  { eventId, event }: { eventId?: string; event?: PastedEvent },
): Promise<TriedEvent | undefined> {
  if (eventId !== undefined && event !== undefined)
    throw new ApiError('invalid_request', { message: 'body must have eventId or event, not both' });
  if (event !== undefined) return readPastedEvent(event);
  if (eventId === undefined) return undefined;
  const row = isId(ID_PREFIX.event, eventId)
    ? await database.withScope(tenantId, (tx) => findEventWithPayload(tx, eventId))
    : undefined;
  if (!row) throw eventNotFound();
  return { attributes: toAttributes(row), payload: row.payload };
}

export const namesNoEvent = (fields: string): ApiError =>
  new ApiError('invalid_request', { message: `body must name an event: ${fields}` });

export const toAttributes = (row: EventRow): FilterAttributes => ({
  id: row.id,
  type: row.type,
  source: row.source,
  subject: row.subject ?? undefined,
  time: row.eventTime.toISOString(),
  provider: row.provider,
  action: row.action ?? undefined,
  repository: row.repository ?? undefined,
});

/** A missing field gets the value that it has in an application's own event. */
function readPastedEvent(event: PastedEvent): TriedEvent {
  const time = event.time === undefined ? new Date() : new Date(timestampMs(event.time));
  if (Number.isNaN(time.getTime()))
    throw new ApiError('invalid_request', { message: 'body/event/time must be a time' });
  return {
    attributes: {
      id: nextEventId(),
      type: event.type,
      source: event.source ?? '/app',
      subject: event.subject,
      time: time.toISOString(),
      provider: event.provider ?? 'app',
      action: event.action,
      repository: event.repository,
    },
    payload: Buffer.from(JSON.stringify(event.data)),
  };
}
