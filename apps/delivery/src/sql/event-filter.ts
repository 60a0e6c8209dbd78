import type { EventStatus } from '@hookline/contracts';
import { deliveries } from '@hookline/db/delivery';
import { and, eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../endpoints/type-pattern.ts';

export interface EventFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
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
  notStatus?: EventStatus | undefined;
  notEventType?: string | undefined;
  notProvider?: string | undefined;
  notRepository?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

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
 * The same order as deriveEventStatus, in SQL. It looks at the deliveries once and not once for each status: every look is
 * planned for every partition, and planning takes longer than the answer.
 */
export const statusOf = (event: EventKeys & { matched: SQLWrapper }) => sql<EventStatus>`case
  when ${event.matched} = 0 then 'processed'
  else (array['processed', 'pending', 'processing', 'failed', 'dead_letter'])[1 + coalesce((
    select max(array_position(array['pending', 'sending', 'retrying', 'failed'], d.status))
    from ${deliveries} d
    where d.event_id = ${event.id} and d.created_at = ${event.createdAt}), 0)] end`;

/** The conditions of each status. Each is one look-up by key. */
const STATUS_FILTERS: Record<EventStatus, (event: EventKeys) => SQL> = {
  dead_letter: (event) => has(event, 'failed'),
  failed: (event) => sql`${has(event, 'retrying')} and not ${has(event, 'failed')}`,
  processing: (event) => sql`${has(event, 'sending')} and not ${has(event, 'failed', 'retrying')}`,
  pending: (event) => sql`${has(event, 'pending')} and not ${has(event, 'failed', 'retrying', 'sending')}`,
  processed: (event) => sql`not ${has(event, 'failed', 'retrying', 'sending', 'pending')}`,
};

/** The columns of an event that its filter compares. */
interface FilteredEvent extends EventKeys {
  type: SQLWrapper;
  provider: SQLWrapper;
  repository: SQLWrapper;
  action: SQLWrapper;
  subject: SQLWrapper;
  source: SQLWrapper;
}

/** The condition of a filter, without its tenant, its range of time and its `providerDeliveryId`. */
export function matchesEvent(event: FilteredEvent, filter: EventFilter): SQL | undefined {
  const { status, processed } = filter;
  return and(
    status === undefined ? undefined : STATUS_FILTERS[status](event),
    processed === undefined
      ? undefined
      : processed
        ? STATUS_FILTERS.processed(event)
        : sql`not (${STATUS_FILTERS.processed(event)})`,
    filter.eventType === undefined ? undefined : matchesTypePatterns(event.type, [filter.eventType]),
    filter.event === undefined
      ? undefined
      : sql`(${event.type} = ${filter.event}::text or ${event.type} = ${event.provider} || '.' || ${filter.event}::text or starts_with(${event.type}, ${event.provider} || '.' || ${filter.event}::text || '.'))`,
    filter.provider === undefined ? undefined : eq(event.provider, filter.provider),
    filter.repository === undefined ? undefined : eq(event.repository, filter.repository),
    filter.action === undefined ? undefined : eq(event.action, filter.action),
    filter.subject === undefined ? undefined : eq(event.subject, filter.subject),
    filter.source === undefined ? undefined : eq(event.source, filter.source),
    filter.pageId === undefined
      ? undefined
      : sql`${event.provider} = 'meta' and split_part(${event.source}, '/', 4) = ${filter.pageId}::text`,
    filter.notStatus === undefined ? undefined : sql`not (${STATUS_FILTERS[filter.notStatus](event)})`,
    filter.notEventType === undefined
      ? undefined
      : sql`not (${matchesTypePatterns(event.type, [filter.notEventType])})`,
    filter.notProvider === undefined ? undefined : sql`${event.provider} <> ${filter.notProvider}::text`,
    filter.notRepository === undefined
      ? undefined
      : sql`${event.repository} is distinct from ${filter.notRepository}::text`,
  );
}
