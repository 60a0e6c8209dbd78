import { type EventStatus, timeOfId } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { MAX_COUNTED, type RowRange, type Total, toTotal } from '@hookline/service';
import { and, desc, eq, getTableColumns, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { type EventFilter, matchesEvent, statusOf } from './event-filter.ts';
import { eventRange } from './event-range.ts';
import type { EventRow } from './event-row.ts';
import { findByProviderDeliveryId } from './find-by-provider-delivery-id.ts';
import { SCAN_ROWS } from './scan-rows.ts';

export interface FoundEvents {
  /** One row more than the limit if there are more. */
  rows: (EventRow & { status: EventStatus })[];
  /** The last event that was looked at, if the search stopped before the end of the list. */
  scannedTo: string | undefined;
  /** Undefined on a page that a cursor led to. */
  total: Total | undefined;
}

const { payload: _payload, request: _request, ...columns } = getTableColumns(events);

/** Events of these statuses are found by their deliveries of a status that has an index of its own. */
const FOUND_BY_DELIVERIES: Partial<Record<EventStatus, 'failed' | 'retrying' | 'pending'>> = {
  dead_letter: 'failed',
  failed: 'retrying',
  pending: 'pending',
};

/**
 * Lists events, newest first, without their payloads. A filter that no index serves is applied to a bounded number of
 * events: a page may hold fewer rows than the limit, and the next page begins at `scannedTo` (see listDeliveries).
 */
export async function listEvents(
  tx: Transaction,
  filter: EventFilter,
  { after, offset, limit }: RowRange,
): Promise<FoundEvents> {
  const { tenant, status, providerDeliveryId } = filter;
  const foundBy = status === undefined ? undefined : FOUND_BY_DELIVERIES[status];
  const isSearch = matchesEvent(events, filter) !== undefined;

  await planByKey(tx);
  const conditions: (SQL | undefined)[] = [
    tenant === undefined ? undefined : eq(events.tenantId, tenant),
    isNull(events.deletedAt),
    ...eventRange(events.id, events.createdAt, filter, after),
    after === undefined ? undefined : sql`${events.id} < ${after}`,
  ];
  if (providerDeliveryId !== undefined) {
    const ids = await findByProviderDeliveryId(tx, tenant, providerDeliveryId);
    const times = ids.map((id) => new Date(timeOfId(id) ?? 0));
    conditions.push(
      ids.length === 0 ? sql`false` : and(inArray(events.id, ids), inArray(events.createdAt, times)),
      eq(events.providerDeliveryId, providerDeliveryId),
    );
  }
  const maxRows = isSearch ? SCAN_ROWS : offset + limit + 1;
  const scanEvents = (rows: number) =>
    tx
      .select(columns)
      .from(events)
      .where(and(...conditions))
      .orderBy(desc(events.id))
      .limit(rows)
      .as('scan');
  const scan = foundBy === undefined ? scanEvents(maxRows) : scanEventsOf(foundBy);

  const matching = matchesEvent(scan, filter);
  const rows = await tx
    .select({ ...scan._.selectedFields, status: statusOf(scan) })
    .from(scan)
    .where(matching)
    .orderBy(desc(scan.id))
    .limit(limit + 1)
    .offset(offset);
  return {
    rows,
    scannedTo: isSearch && rows.length <= limit ? await findEndOfScan() : undefined,
    total: after === undefined ? await countTotal() : undefined,
  };

  function scanEventsOf(deliveryStatus: 'failed' | 'retrying' | 'pending'): ReturnType<typeof scanEvents> {
    const rare = tx
      .select({ eventId: deliveries.eventId, createdAt: deliveries.createdAt })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.status, deliveryStatus),
          tenant === undefined ? undefined : eq(deliveries.tenantId, tenant),
          ...eventRange(deliveries.eventId, deliveries.createdAt, filter, after),
        ),
      )
      .groupBy(deliveries.eventId, deliveries.createdAt)
      .orderBy(desc(deliveries.eventId))
      .limit(SCAN_ROWS)
      .as('rare');
    return tx
      .select(columns)
      .from(rare)
      .innerJoin(events, and(eq(events.id, rare.eventId), eq(events.createdAt, rare.createdAt)))
      .where(and(...conditions))
      .orderBy(desc(rare.eventId))
      .limit(maxRows)
      .as('scan');
  }

  async function findEndOfScan(): Promise<string | undefined> {
    const [last] = await tx
      .select({ id: scan.id })
      .from(scan)
      .orderBy(desc(scan.id))
      .offset(SCAN_ROWS - 1)
      .limit(1);
    return last?.id;
  }

  async function countTotal(): Promise<Total> {
    const all = isSearch ? scan : scanEvents(MAX_COUNTED + 1);
    const [count] = await tx
      .select({
        total: sql<number>`(count(*) filter (where ${matching ?? sql`true`}))::integer`,
        scanned: sql<number>`count(*)::integer`,
      })
      .from(all);
    const { total, scanned } = count ?? { total: 0, scanned: 0 };
    return isSearch ? { total, totalExact: scanned < SCAN_ROWS } : toTotal(scanned);
  }
}
