import type { EventStatus } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { and, asc, eq, getTableColumns, gt, gte, isNull, type SQL, sql } from 'drizzle-orm';
import { type EventFilter, matchesEvent, statusOf } from './event-filter.ts';
import { eventRange } from './event-range.ts';
import { createdAtOf, type EventRow } from './event-row.ts';

export interface EventsAfter {
  rows: (EventRow & { status: EventStatus })[];
  /** The last event that was looked at; undefined: there is none. */
  scannedTo: string | undefined;
}

const { payload: _payload, request: _request, ...columns } = getTableColumns(events);

/**
 * Reads the events that follow another one, oldest first. Looks at `limit` events at most and returns those that match.
 * @param after the id of an event; undefined: from the first one on
 */
export async function readEventsAfter(
  tx: Transaction,
  filter: EventFilter,
  after: string | undefined,
  limit: number,
): Promise<EventsAfter> {
  await planByKey(tx);
  const conditions: (SQL | undefined)[] = [
    filter.tenant === undefined ? undefined : eq(events.tenantId, filter.tenant),
    isNull(events.deletedAt),
    ...eventRange(events.id, events.createdAt, filter, undefined),
    // The condition on the time names the partitions.
    ...(after === undefined ? [] : [gt(events.id, after), gte(events.createdAt, createdAtOf(after))]),
  ];
  const scan = tx
    .select(columns)
    .from(events)
    .where(and(...conditions))
    .orderBy(asc(events.id))
    .limit(limit)
    .as('scan');
  const { providerDeliveryId } = filter;
  const matches = and(
    matchesEvent(scan, filter),
    providerDeliveryId === undefined ? undefined : eq(scan.providerDeliveryId, providerDeliveryId),
  );
  const rows = await tx
    .select({
      ...scan._.selectedFields,
      status: statusOf(scan),
      isMatch: sql<boolean>`coalesce(${matches ?? sql`true`}, false)`,
    })
    .from(scan)
    .orderBy(asc(scan.id));
  return {
    rows: rows.filter(({ isMatch }) => isMatch),
    scannedTo: rows.at(-1)?.id,
  };
}
