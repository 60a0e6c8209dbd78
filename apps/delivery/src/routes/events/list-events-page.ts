import { type EventStatus, timeOfId } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { and, desc, eq, getTableColumns, gte, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { decodeCursor, pageOf, toDate } from '../page.ts';
import { presentEvent } from './present-event.ts';

export interface EventFilter {
  /** undefined: all tenants (operators). */
  tenant: string | undefined;
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
  status?: EventStatus | undefined;
  processed?: boolean | undefined;
  eventType?: string | undefined;
  event?: string | undefined;
  provider?: string | undefined;
  repository?: string | undefined;
  action?: string | undefined;
  deliveryId?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

const { payload: _payload, ...columns } = getTableColumns(events);

const has = (...statuses: string[]) => sql`exists (
  select from ${deliveries} d
  where d.event_id = ${events.id} and d.created_at = ${events.createdAt}
    and d.status in (${sql.join(
      statuses.map((status) => sql`${status}`),
      sql`, `,
    )}))`;

/** The same order as deriveEventStatus, in SQL. */
const STATUS = sql<EventStatus>`case
  when ${events.matched} = 0 then 'processed'
  when ${has('failed')} then 'dead_letter'
  when ${has('retrying')} then 'failed'
  when ${has('sending')} then 'processing'
  when ${has('pending')} then 'pending'
  else 'processed' end`;

/** Conditions that a status means, each one look-up by key. */
const STATUS_FILTERS: Record<EventStatus, SQL> = {
  dead_letter: has('failed'),
  failed: sql`${has('retrying')} and not ${has('failed')}`,
  processing: sql`${has('sending')} and not ${has('failed', 'retrying')}`,
  pending: sql`${has('pending')} and not ${has('failed', 'retrying', 'sending')}`,
  processed: sql`not ${has('failed', 'retrying', 'sending', 'pending')}`,
};

/** Events, newest first, without their payloads. */
export async function listEventsPage(database: Database, filter: EventFilter) {
  const cursor = decodeCursor(filter.cursor);
  const cursorTime = cursor === undefined ? undefined : timeOfId(cursor);
  const rows = await database.withScope(filter.tenant, (tx) =>
    tx
      .select({ ...columns, status: STATUS })
      .from(events)
      .where(
        and(
          filter.tenant === undefined ? undefined : eq(events.tenantId, filter.tenant),
          filter.status === undefined ? undefined : STATUS_FILTERS[filter.status],
          filter.processed === undefined
            ? undefined
            : filter.processed
              ? STATUS_FILTERS.processed
              : sql`not (${STATUS_FILTERS.processed})`,
          typeCondition(filter.eventType),
          filter.event === undefined
            ? undefined
            : sql`(${events.type} = ${events.provider} || '.' || ${filter.event}::text or starts_with(${events.type}, ${events.provider} || '.' || ${filter.event}::text || '.'))`,
          filter.provider === undefined ? undefined : eq(events.provider, filter.provider),
          filter.repository === undefined ? undefined : eq(events.repository, filter.repository),
          filter.action === undefined ? undefined : eq(events.action, filter.action),
          filter.deliveryId === undefined ? undefined : eq(events.deliveryId, filter.deliveryId),
          filter.startDate === undefined
            ? undefined
            : gte(events.createdAt, toDate('startDate', filter.startDate)),
          filter.endDate === undefined ? undefined : lt(events.createdAt, toDate('endDate', filter.endDate)),
          cursor === undefined ? undefined : lt(events.id, cursor),
          cursorTime === undefined ? undefined : lte(events.createdAt, new Date(cursorTime)),
        ),
      )
      .orderBy(desc(events.id))
      .limit(filter.limit + 1)
      .offset(filter.offset ?? 0),
  );
  return pageOf(
    rows,
    filter.limit,
    ({ id }) => id,
    (row) => presentEvent(row, row.status),
  );
}

function typeCondition(pattern: string | undefined): SQL | undefined {
  if (pattern === undefined || pattern === '*') return undefined;
  return pattern.endsWith('.*')
    ? and(gte(events.type, pattern.slice(0, -1)), sql`starts_with(${events.type}, ${pattern.slice(0, -1)})`)
    : or(eq(events.type, pattern));
}
