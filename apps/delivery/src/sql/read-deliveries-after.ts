import { planByKey, type Transaction } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { and, asc, eq, getTableColumns, gt, gte, type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../endpoints/type-pattern.ts';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { eventRange } from './event-range.ts';
import { createdAtOf } from './event-row.ts';
import type { DeliveryFilter } from './list-deliveries.ts';

export interface DeliveriesAfter {
  rows: DeliveryRow[];
  /** The last delivery that was looked at; undefined: there is none. */
  scannedTo: DeliveryKey | undefined;
}

const columns = getTableColumns(deliveries);

/**
 * Reads the deliveries that follow another one, by event, oldest first, and then by endpoint. Looks at `limit` deliveries
 * at most and returns those that match.
 */
export async function readDeliveriesAfter(
  tx: Transaction,
  filter: DeliveryFilter,
  after: DeliveryKey | undefined,
  limit: number,
): Promise<DeliveriesAfter> {
  const { tenant, status, webhookId, eventId, eventType, errorCode } = filter;
  await planByKey(tx);
  const conditions: (SQL | undefined)[] = [
    tenant === undefined ? undefined : eq(deliveries.tenantId, tenant),
    webhookId === undefined ? undefined : eq(deliveries.endpointId, webhookId),
    eventId === undefined
      ? undefined
      : and(eq(deliveries.eventId, eventId), eq(deliveries.createdAt, createdAtOf(eventId))),
    ...eventRange(deliveries.eventId, deliveries.createdAt, filter, undefined),
    ...(after === undefined
      ? []
      : [
          sql`(${deliveries.eventId}, ${deliveries.endpointId}) > (${after.eventId}, ${after.endpointId})`,
          gte(deliveries.createdAt, createdAtOf(after.eventId)),
        ]),
  ];
  // A tenant's deliveries are found through its events: no index has the tenant and the event. Each of these events has
  // a delivery, so the reading goes on.
  const oldest = tx
    .select({ id: events.id, createdAt: events.createdAt })
    .from(events)
    .where(
      and(
        tenant === undefined ? undefined : eq(events.tenantId, tenant),
        gt(events.matched, 0),
        ...eventRange(events.id, events.createdAt, filter, undefined),
        ...(after === undefined
          ? []
          : [gte(events.id, after.eventId), gte(events.createdAt, createdAtOf(after.eventId))]),
      ),
    )
    .orderBy(asc(events.id))
    .limit(limit)
    .as('oldest');
  const isByKey = webhookId !== undefined || eventId !== undefined;
  const from = isByKey
    ? tx.select(columns).from(deliveries)
    : tx
        .select(columns)
        .from(oldest)
        .innerJoin(
          deliveries,
          and(
            sql`${deliveries.eventId} = any(array[${oldest.id}])`,
            eq(deliveries.createdAt, oldest.createdAt),
          ),
        );
  const scan = from
    .where(and(...conditions))
    .orderBy(asc(deliveries.eventId), asc(deliveries.endpointId))
    .limit(limit)
    .as('scan');
  const matches = and(
    status === undefined ? undefined : eq(scan.status, status),
    errorCode === undefined ? undefined : eq(scan.errorCode, errorCode),
    eventType === undefined ? undefined : matchesTypePatterns(scan.eventType, [eventType]),
  );
  const rows = await tx
    .select({ ...scan._.selectedFields, isMatch: sql<boolean>`coalesce(${matches ?? sql`true`}, false)` })
    .from(scan)
    .orderBy(asc(scan.eventId), asc(scan.endpointId));
  return { rows: rows.filter(({ isMatch }) => isMatch), scannedTo: rows.at(-1) };
}
