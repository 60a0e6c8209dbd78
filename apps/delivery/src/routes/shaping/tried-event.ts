import { ApiError, ID_PREFIX, isId, type PastedEvent, timeOfId, timestampMs } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { createIdFactory } from '@hookline/service';
import { and, eq, isNull } from 'drizzle-orm';
import type { FilterAttributes } from '../../pipeline/filters/evaluate-filters.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);

/** An event to try an endpoint's filter and transformation on. */
export interface TriedEvent {
  attributes: FilterAttributes;
  payload: Uint8Array;
}

/**
 * The event that a request names; undefined when it names none.
 * @param tenantId the endpoint's: no other's events are found
 * @throws ApiError `not_found` or `invalid_request`
 */
export async function readTriedEvent(
  database: Database,
  tenantId: string,
  { eventId, event }: { eventId?: string; event?: PastedEvent },
): Promise<TriedEvent | undefined> {
  if (eventId !== undefined && event !== undefined)
    throw new ApiError('invalid_request', { message: 'body: give eventId or event, not both' });
  if (event !== undefined) return pasted(event);
  if (eventId === undefined) return undefined;
  const createdAtMs = isId(ID_PREFIX.event, eventId) ? timeOfId(eventId) : undefined;
  const [row] =
    createdAtMs === undefined
      ? []
      : await database.withScope(tenantId, (tx) =>
          tx
            .select()
            .from(events)
            .where(
              and(
                eq(events.id, eventId),
                eq(events.createdAt, new Date(createdAtMs)),
                eq(events.tenantId, tenantId),
                isNull(events.deletedAt),
              ),
            ),
        );
  if (!row) throw new ApiError('not_found', { message: 'There is no such event' });
  return { attributes: toAttributes(row), payload: row.payload };
}

export const toAttributes = (
  row: Omit<typeof events.$inferSelect, 'payload' | 'request'>,
): FilterAttributes => ({
  id: row.id,
  type: row.type,
  source: row.source,
  subject: row.subject ?? undefined,
  time: row.eventTime.toISOString(),
  provider: row.provider,
  action: row.action ?? undefined,
  repository: row.repository ?? undefined,
});

/** What is left out is as it would be for an application's own event. */
function pasted(event: PastedEvent): TriedEvent {
  const time = event.time === undefined ? new Date() : new Date(timestampMs(event.time));
  if (Number.isNaN(time.getTime()))
    throw new ApiError('invalid_request', { message: 'body/event/time is not a time' });
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
