import { type DeliveryStatus, timeOfId } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { and, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import { decodeCursor, pageOf, toDate } from '../page.ts';
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
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** Deliveries by event, newest first. The cursor is the last row's event and endpoint. */
export async function listDeliveriesPage(database: Database, filter: DeliveryFilter) {
  const [cursorEvent, cursorEndpoint] = decodeCursor(filter.cursor)?.split(' ') ?? [];
  const eventTime = filter.eventId === undefined ? undefined : timeOfId(filter.eventId);
  const cursorTime = cursorEvent === undefined ? undefined : timeOfId(cursorEvent);
  const rows = await database.withScope(filter.tenant, (tx) =>
    tx
      .select()
      .from(deliveries)
      .where(
        and(
          filter.tenant === undefined ? undefined : eq(deliveries.tenantId, filter.tenant),
          filter.status === undefined ? undefined : eq(deliveries.status, filter.status),
          filter.webhookId === undefined ? undefined : eq(deliveries.endpointId, filter.webhookId),
          filter.eventId === undefined ? undefined : eq(deliveries.eventId, filter.eventId),
          // The time in an id names the partition: the others are not even opened.
          eventTime === undefined ? undefined : eq(deliveries.createdAt, new Date(eventTime)),
          cursorTime === undefined ? undefined : lte(deliveries.createdAt, new Date(cursorTime)),
          filter.startDate === undefined
            ? undefined
            : gte(deliveries.createdAt, toDate('startDate', filter.startDate)),
          filter.endDate === undefined
            ? undefined
            : lt(deliveries.createdAt, toDate('endDate', filter.endDate)),
          cursorEvent === undefined
            ? undefined
            : sql`(${deliveries.eventId}, ${deliveries.endpointId}) < (${cursorEvent}, ${cursorEndpoint ?? ''})`,
        ),
      )
      .orderBy(desc(deliveries.eventId), desc(deliveries.endpointId))
      .limit(filter.limit + 1)
      .offset(filter.offset ?? 0),
  );
  return pageOf(rows, filter.limit, (row) => `${row.eventId} ${row.endpointId}`, presentDelivery);
}
