import { type DeliveryStatus, timeOfId } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { MAX_COUNTED, type Total, toTotal } from '@hookline/service';
import { and, desc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../endpoints/type-pattern.ts';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { eventRange } from './event-range.ts';
import { SCAN_ROWS } from './scan-rows.ts';

export interface DeliveryFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
  status?: DeliveryStatus | undefined;
  webhookId?: string | undefined;
  eventId?: string | undefined;
  eventType?: string | undefined;
  errorCode?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

export interface DeliveryRange {
  /** The last delivery of the page before. */
  after: DeliveryKey | undefined;
  offset: number;
  limit: number;
  isCounted: boolean;
}

export interface FoundDeliveries {
  /** One row more than the limit if there are more. */
  rows: DeliveryRow[];
  /** The last delivery that was looked at, if the search stopped before the end of the list. */
  scannedTo: DeliveryKey | undefined;
  total: Total | undefined;
}

/** The statuses that an index of their own finds (0004_delivery.sql). */
const INDEXED_STATUSES: readonly string[] = ['pending', 'retrying', 'failed', 'discarded'];

/**
 * Lists deliveries by event, newest first.
 *
 * A filter that no index serves is applied to a bounded number of rows, so that the time of a page does not depend on the
 * number of deliveries. Such a page may hold fewer rows than the limit, and the next page begins at `scannedTo`.
 */
export async function listDeliveries(
  tx: Transaction,
  filter: DeliveryFilter,
  { after, offset, limit, isCounted }: DeliveryRange,
): Promise<FoundDeliveries> {
  const { tenant, status, webhookId, eventId, eventType, errorCode } = filter;
  const byStatus = status !== undefined && INDEXED_STATUSES.includes(status);
  // deliveries_dead_error
  const byError = status === 'failed' && tenant !== undefined && webhookId === undefined;
  // Deliveries of no rare status and of no single endpoint or event are found through the tenant's events.
  const byEvents = tenant !== undefined && webhookId === undefined && eventId === undefined && !byStatus;

  const conditions: (SQL | undefined)[] = [
    tenant === undefined || byEvents ? undefined : eq(deliveries.tenantId, tenant),
    webhookId === undefined ? undefined : eq(deliveries.endpointId, webhookId),
    byStatus ? eq(deliveries.status, status) : undefined,
    byError && errorCode !== undefined ? eq(deliveries.errorCode, errorCode) : undefined,
    ...eventRange(deliveries.eventId, deliveries.createdAt, filter, after?.eventId),
  ];
  if (eventId !== undefined) {
    conditions.push(
      eq(deliveries.eventId, eventId),
      eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
    );
  }
  if (after !== undefined) {
    conditions.push(
      sql`(${deliveries.eventId}, ${deliveries.endpointId}) < (${after.eventId}, ${after.endpointId})`,
    );
  }

  const isSearch =
    (status !== undefined && !byStatus) ||
    (errorCode !== undefined && !byError) ||
    (eventType !== undefined && eventType !== '*');
  await planByKey(tx);
  const columns = getTableColumns(deliveries);
  // Each of these events has a delivery, so this many events are enough, and no plan can read more of them.
  const newestUpTo = (maxRows: number) =>
    tx
      .select({ id: events.id, createdAt: events.createdAt })
      .from(events)
      .where(
        and(
          tenant === undefined ? undefined : eq(events.tenantId, tenant),
          gt(events.matched, 0),
          ...eventRange(events.id, events.createdAt, filter, after?.eventId),
        ),
      )
      .orderBy(desc(events.id))
      .limit(maxRows + 1)
      .as('newest');
  const scanUpTo = (maxRows: number) => {
    const newest = newestUpTo(maxRows);
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
      .limit(maxRows)
      .as('scan');
  };
  const scan = scanUpTo(isSearch ? SCAN_ROWS : offset + limit + 1);
  const matches = (of: typeof scan) =>
    and(
      status === undefined ? undefined : eq(of.status, status),
      errorCode === undefined ? undefined : eq(of.errorCode, errorCode),
      eventType === undefined ? undefined : matchesTypePatterns(of.eventType, [eventType]),
    );
  const rows = await tx
    .select()
    .from(scan)
    .where(matches(scan))
    .orderBy(desc(scan.eventId), desc(scan.endpointId))
    .limit(limit + 1)
    .offset(offset);
  return {
    rows,
    scannedTo: isSearch && rows.length <= limit ? await findEndOfScan() : undefined,
    total: isCounted ? await countTotal() : undefined,
  };

  async function findEndOfScan(): Promise<DeliveryKey | undefined> {
    const [last] = await tx
      .select({ eventId: scan.eventId, endpointId: scan.endpointId })
      .from(scan)
      .orderBy(desc(scan.eventId), desc(scan.endpointId))
      .offset(SCAN_ROWS - 1)
      .limit(1);
    return last;
  }

  async function countTotal(): Promise<Total> {
    const all = isSearch ? scan : scanUpTo(MAX_COUNTED + 1);
    const [count] = await tx
      .select({
        matching: sql<number>`(count(*) filter (where ${matches(all) ?? sql`true`}))::integer`,
        scanned: sql<number>`count(*)::integer`,
      })
      .from(all);
    const { matching, scanned } = count ?? { matching: 0, scanned: 0 };
    return isSearch ? { total: matching, totalExact: scanned < SCAN_ROWS } : toTotal(scanned);
  }
}
