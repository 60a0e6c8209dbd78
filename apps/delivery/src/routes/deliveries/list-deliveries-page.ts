import { type DeliveryStatus, timeOfId } from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { decodeCursor, MAX_COUNTED, pageOf, type Total, toTotal } from '@hookline/service';
import { and, desc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../../endpoints/type-pattern.ts';
import type { RouteContext } from '../context.ts';
import { eventRange } from '../event-range.ts';
import { SCAN_ROWS } from '../scan-rows.ts';
import { presentDelivery } from './present-delivery.ts';

export interface DeliveryFilter {
  /** undefined: all tenants (operators). */
  tenant: string | undefined;
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
  status?: DeliveryStatus | undefined;
  webhookId?: string | undefined;
  eventId?: string | undefined;
  eventType?: string | undefined;
  errorCode?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
  /** Whether it is told how many fit; never on a page that a cursor led to. Default true. */
  counts?: boolean;
}

/** Those that an index of their own finds (0004_delivery.sql). */
const INDEXED_STATUSES: readonly string[] = ['pending', 'retrying', 'failed', 'discarded'];

/**
 * Deliveries by event, newest first. The cursor is the last row's event and endpoint.
 *
 * Filters that no index serves are applied to a bounded number of rows, so that a page takes no longer however many
 * deliveries there are: it may then hold fewer rows than asked for, and goes on at its cursor.
 */
export async function listDeliveriesPage(
  { database, waitReason }: Pick<RouteContext, 'database' | 'waitReason'>,
  filter: DeliveryFilter,
) {
  const { tenant, status, webhookId, eventId, eventType, errorCode } = filter;
  const [cursorEvent, cursorEndpoint = ''] = decodeCursor(filter.cursor)?.split(' ') ?? [];
  const byStatus = status !== undefined && INDEXED_STATUSES.includes(status);
  // deliveries_dead_error
  const byError = status === 'failed' && tenant !== undefined && webhookId === undefined;
  // What is neither rare nor of one endpoint or event is found by way of the tenant's events.
  const byEvents = tenant !== undefined && webhookId === undefined && eventId === undefined && !byStatus;

  const conditions: (SQL | undefined)[] = [
    tenant === undefined || byEvents ? undefined : eq(deliveries.tenantId, tenant),
    webhookId === undefined ? undefined : eq(deliveries.endpointId, webhookId),
    byStatus ? eq(deliveries.status, status) : undefined,
    byError && errorCode !== undefined ? eq(deliveries.errorCode, errorCode) : undefined,
    ...eventRange(deliveries.eventId, deliveries.createdAt, filter, cursorEvent),
  ];
  if (eventId !== undefined) {
    conditions.push(
      eq(deliveries.eventId, eventId),
      eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
    );
  }
  if (cursorEvent !== undefined) {
    conditions.push(
      sql`(${deliveries.eventId}, ${deliveries.endpointId}) < (${cursorEvent}, ${cursorEndpoint})`,
    );
  }

  const isSearch =
    (status !== undefined && !byStatus) ||
    (errorCode !== undefined && !byError) ||
    (eventType !== undefined && eventType !== '*');
  const offset = filter.offset ?? 0;
  const rowsNeeded = isSearch ? SCAN_ROWS : offset + filter.limit + 1;
  return database.withScope(tenant, async (tx) => {
    await planByKey(tx);
    const columns = getTableColumns(deliveries);
    // Each of these events has a delivery, so that many are enough: and no plan can make it read more.
    const newestUpTo = (rowsWanted: number) =>
      tx
        .select({ id: events.id, createdAt: events.createdAt })
        .from(events)
        .where(
          and(
            tenant === undefined ? undefined : eq(events.tenantId, tenant),
            gt(events.matched, 0),
            ...eventRange(events.id, events.createdAt, filter, cursorEvent),
          ),
        )
        .orderBy(desc(events.id))
        .limit(rowsWanted + 1)
        .as('newest');
    const scanUpTo = (rowsWanted: number) => {
      const newest = newestUpTo(rowsWanted);
      const from = byEvents
        ? tx
            .select(columns)
            .from(newest)
            .innerJoin(
              deliveries,
              and(
                sql`${deliveries.eventId} = any(array[${newest.id}])`,
                eq(deliveries.createdAt, newest.createdAt),
              ),
            )
        : tx.select(columns).from(deliveries);
      return from
        .where(and(...conditions))
        .orderBy(desc(deliveries.eventId), desc(deliveries.endpointId))
        .limit(rowsWanted)
        .as('scan');
    };
    const scan = scanUpTo(rowsNeeded);
    const fitting = (of: typeof scan) =>
      and(
        status === undefined ? undefined : eq(of.status, status),
        errorCode === undefined ? undefined : eq(of.errorCode, errorCode),
        eventType === undefined ? undefined : matchesTypePatterns(of.eventType, [eventType]),
      );
    const rows = await tx
      .select()
      .from(scan)
      .where(fitting(scan))
      .orderBy(desc(scan.eventId), desc(scan.endpointId))
      .limit(filter.limit + 1)
      .offset(offset);
    let scannedTo: string | undefined;
    if (isSearch && rows.length <= filter.limit) {
      const [last] = await tx
        .select({ eventId: scan.eventId, endpointId: scan.endpointId })
        .from(scan)
        .orderBy(desc(scan.eventId), desc(scan.endpointId))
        .offset(SCAN_ROWS - 1)
        .limit(1);
      scannedTo = last && `${last.eventId} ${last.endpointId}`;
    }
    const isCounted = filter.counts !== false && cursorEvent === undefined;
    return pageOf(rows, {
      limit: filter.limit,
      cursorOf: (row) => `${row.eventId} ${row.endpointId}`,
      toItem: (row) => presentDelivery(row, waitReason),
      scannedTo,
      offset,
      total: isCounted ? await countTotal() : undefined,
    });

    async function countTotal(): Promise<Total> {
      const all = isSearch ? scan : scanUpTo(MAX_COUNTED + 1);
      const [count] = await tx
        .select({
          fitting: sql<number>`(count(*) filter (where ${fitting(all) ?? sql`true`}))::integer`,
          scanned: sql<number>`count(*)::integer`,
        })
        .from(all);
      const { fitting: total, scanned } = count ?? { fitting: 0, scanned: 0 };
      return isSearch ? { total, totalExact: scanned < SCAN_ROWS } : toTotal(scanned);
    }
  });
}
