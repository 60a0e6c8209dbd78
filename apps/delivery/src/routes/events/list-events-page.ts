import { type EventStatus, timeOfId } from '@hookline/contracts';
import { type Database, planByKey } from '@hookline/db';
import { deliveries, events } from '@hookline/db/delivery';
import { decodeCursor, MAX_COUNTED, pageOf, type Total, toTotal } from '@hookline/service';
import { and, desc, eq, getTableColumns, inArray, isNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../../endpoints/type-pattern.ts';
import { eventRange } from '../event-range.ts';
import { SCAN_ROWS } from '../scan-rows.ts';
import { readProgress } from './event-progress.ts';
import { findByProviderDeliveryId } from './find-by-provider-delivery-id.ts';
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
  providerDeliveryId?: string | undefined;
  subject?: string | undefined;
  source?: string | undefined;
  pageId?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

const { payload: _payload, ...columns } = getTableColumns(events);

interface EventKeys {
  id: SQLWrapper;
  createdAt: SQLWrapper;
}

const has = ({ id, createdAt }: EventKeys, ...statuses: string[]) => sql`exists (
  select from ${deliveries} d
  where d.event_id = ${id} and d.created_at = ${createdAt}
    and d.status in (${sql.join(
      statuses.map((status) => sql`${status}`),
      sql`, `,
    )}))`;

/**
 * The same order as deriveEventStatus, in SQL. One look at its deliveries and not one for each state: each is planned for
 * every partition, which takes longer than the answer.
 */
const statusOf = (event: EventKeys & { matched: SQLWrapper }) => sql<EventStatus>`case
  when ${event.matched} = 0 then 'processed'
  else (array['processed', 'pending', 'processing', 'failed', 'dead_letter'])[1 + coalesce((
    select max(array_position(array['pending', 'sending', 'retrying', 'failed'], d.status))
    from ${deliveries} d
    where d.event_id = ${event.id} and d.created_at = ${event.createdAt}), 0)] end`;

/** Conditions that a status means, each one look-up by key. */
const STATUS_FILTERS: Record<EventStatus, (event: EventKeys) => SQL> = {
  dead_letter: (event) => has(event, 'failed'),
  failed: (event) => sql`${has(event, 'retrying')} and not ${has(event, 'failed')}`,
  processing: (event) => sql`${has(event, 'sending')} and not ${has(event, 'failed', 'retrying')}`,
  pending: (event) => sql`${has(event, 'pending')} and not ${has(event, 'failed', 'retrying', 'sending')}`,
  processed: (event) => sql`not ${has(event, 'failed', 'retrying', 'sending', 'pending')}`,
};

/** Events in these states are found by their deliveries in that one, which have an index of their own. */
const FOUND_BY_DELIVERIES = { dead_letter: 'failed', failed: 'retrying', pending: 'pending' } as const;

/**
 * Events, newest first, without their payloads. Filters that no index serves are applied to a bounded number of
 * events: a page may hold fewer than asked for and go on at its cursor (see listDeliveriesPage).
 */
export async function listEventsPage(database: Database, filter: EventFilter) {
  const cursor = decodeCursor(filter.cursor);
  const { tenant, status, processed, providerDeliveryId } = filter;
  const offset = filter.offset ?? 0;
  const foundBy =
    status === 'dead_letter' || status === 'failed' || status === 'pending'
      ? FOUND_BY_DELIVERIES[status]
      : undefined;
  const isSearch = [
    status,
    processed,
    filter.eventType,
    filter.event,
    filter.provider,
    filter.repository,
    filter.action,
    filter.subject,
    filter.source,
    filter.pageId,
  ].some((value) => value !== undefined);

  return database.withScope(tenant, async (tx) => {
    await planByKey(tx);
    const conditions: (SQL | undefined)[] = [
      tenant === undefined ? undefined : eq(events.tenantId, tenant),
      isNull(events.deletedAt),
      ...eventRange(events.id, events.createdAt, filter, cursor),
      cursor === undefined ? undefined : sql`${events.id} < ${cursor}`,
    ];
    if (providerDeliveryId !== undefined) {
      const ids = await findByProviderDeliveryId(tx, tenant, providerDeliveryId);
      const times = ids.map((id) => new Date(timeOfId(id) ?? 0));
      conditions.push(
        ids.length === 0 ? sql`false` : and(inArray(events.id, ids), inArray(events.createdAt, times)),
        eq(events.providerDeliveryId, providerDeliveryId),
      );
    }
    const limit = isSearch ? SCAN_ROWS : offset + filter.limit + 1;
    let scan: ReturnType<typeof scanEvents>;
    const scanEvents = () =>
      tx
        .select(columns)
        .from(events)
        .where(and(...conditions))
        .orderBy(desc(events.id))
        .limit(limit)
        .as('scan');
    if (foundBy === undefined) scan = scanEvents();
    else {
      const rare = tx
        .select({ eventId: deliveries.eventId, createdAt: deliveries.createdAt })
        .from(deliveries)
        .where(
          and(
            eq(deliveries.status, foundBy),
            tenant === undefined ? undefined : eq(deliveries.tenantId, tenant),
            ...eventRange(deliveries.eventId, deliveries.createdAt, filter, cursor),
          ),
        )
        .groupBy(deliveries.eventId, deliveries.createdAt)
        .orderBy(desc(deliveries.eventId))
        .limit(SCAN_ROWS)
        .as('rare');
      scan = tx
        .select(columns)
        .from(rare)
        .innerJoin(events, and(eq(events.id, rare.eventId), eq(events.createdAt, rare.createdAt)))
        .where(and(...conditions))
        .orderBy(desc(rare.eventId))
        .limit(limit)
        .as('scan');
    }

    const fitting = and(
      status === undefined ? undefined : STATUS_FILTERS[status](scan),
      processed === undefined
        ? undefined
        : processed
          ? STATUS_FILTERS.processed(scan)
          : sql`not (${STATUS_FILTERS.processed(scan)})`,
      filter.eventType === undefined ? undefined : matchesTypePatterns(scan.type, [filter.eventType]),
      filter.event === undefined
        ? undefined
        : sql`(${scan.type} = ${filter.event}::text or ${scan.type} = ${scan.provider} || '.' || ${filter.event}::text or starts_with(${scan.type}, ${scan.provider} || '.' || ${filter.event}::text || '.'))`,
      filter.provider === undefined ? undefined : eq(scan.provider, filter.provider),
      filter.repository === undefined ? undefined : eq(scan.repository, filter.repository),
      filter.action === undefined ? undefined : eq(scan.action, filter.action),
      filter.subject === undefined ? undefined : eq(scan.subject, filter.subject),
      filter.source === undefined ? undefined : eq(scan.source, filter.source),
      filter.pageId === undefined
        ? undefined
        : sql`${scan.provider} = 'meta' and split_part(${scan.source}, '/', 4) = ${filter.pageId}::text`,
    );
    const rows = await tx
      .select({ ...scan._.selectedFields, status: statusOf(scan) })
      .from(scan)
      .where(fitting)
      .orderBy(desc(scan.id))
      .limit(filter.limit + 1)
      .offset(offset);
    let scannedTo: string | undefined;
    if (isSearch && rows.length <= filter.limit) {
      const [last] = await tx
        .select({ id: scan.id })
        .from(scan)
        .orderBy(desc(scan.id))
        .offset(SCAN_ROWS - 1)
        .limit(1);
      scannedTo = last?.id;
    }
    const shownProgress = await readProgress(tx, rows.slice(0, filter.limit));
    return pageOf(rows, {
      limit: filter.limit,
      cursorOf: ({ id }) => id,
      toItem: (row) => presentEvent(row, row.status, shownProgress(row.id)),
      scannedTo,
      offset,
      total: cursor === undefined ? await countTotal() : undefined,
    });

    async function countTotal(): Promise<Total> {
      const all = isSearch
        ? scan
        : tx
            .select(columns)
            .from(events)
            .where(and(...conditions))
            .orderBy(desc(events.id))
            .limit(MAX_COUNTED + 1)
            .as('scan');
      const [count] = await tx
        .select({
          fitting: sql<number>`(count(*) filter (where ${fitting ?? sql`true`}))::integer`,
          scanned: sql<number>`count(*)::integer`,
        })
        .from(all);
      const { fitting: total, scanned } = count ?? { fitting: 0, scanned: 0 };
      return isSearch ? { total, totalExact: scanned < SCAN_ROWS } : toTotal(scanned);
    }
  });
}
