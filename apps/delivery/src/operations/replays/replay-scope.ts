import { type ReplaySelection, timestampMs } from '@hookline/contracts';
import { type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../../endpoints/type-pattern.ts';
import { endpointHasTag } from '../../sql/endpoint-has-tag.ts';
import { type DeliveryScan, scanDeliveries } from '../../sql/scan-deliveries.ts';
import { type ScanRange, scanRange } from '../../sql/scan-range.ts';

/** Which events or deliveries a replay selects, and which endpoints get them. */
export interface ReplayScope {
  /** undefined: all tenants. */
  tenant: string | undefined;
  selection: ReplaySelection;
  /** undefined: each delivery is sent to its own endpoint again. */
  targetEndpointId: string | undefined;
  /** For `missed`: the patterns of the event types that the target wants. */
  wanted: readonly string[];
  /**
   * For `missed`: the selection also has events that were received between this time and its start, if fan-out found
   * the endpoint switched off. They were received before the endpoint was switched off and fanned out after.
   */
  lateSince: Date | undefined;
  /** Later events are not part of the selection. */
  until: Date;
}

/** A position in the order of events and endpoints. Everything up to this position, and itself, is done. */
export interface ReplayCursor {
  eventId: string;
  endpointId: string;
}

/** Sorts after every endpoint. */
export const AFTER_ALL_ENDPOINTS = '~';

export interface ScanLimits {
  /** The most rows that are read. */
  scan: number;
  /** The most rows that are selected. */
  take: number;
}

/**
 * The next candidates of a replay, as two steps of a statement. `scanned` has the keys that were read. `candidates` has
 * the selected rows in the order of the cursor, with the columns event_id, source_endpoint_id (the cursor's position
 * after this row), endpoint_id (the endpoint that gets the event) and created_at.
 *
 * A bounded number of keys is read in the order of an index, and only then filtered. So a part takes no longer if only
 * a few of ten million events match.
 */
export function candidatesOf(scope: ReplayScope, cursor: ReplayCursor | undefined, limits: ScanLimits): SQL {
  const scanned = walksDeliveries(scope)
    ? scanDeliveries(deliveriesOf(scope), cursor, limits.scan)
    : scanEvents(scope, cursor, limits.scan);
  return sql`
    scanned as materialized (${scanned}),
    candidates as materialized (
      select event_id, source_endpoint_id, endpoint_id, created_at
      from (${chooseCandidates(scope, cursor)}) chosen
      order by event_id, source_endpoint_id
      limit ${limits.take}
    )`;
}

const walksDeliveries = ({ selection: { kind } }: ReplayScope) =>
  kind === 'dead_letters' || kind === 'failed';

const STATUSES = { dead_letters: ['failed'], failed: ['failed', 'retrying'] } as const;

function deliveriesOf(scope: ReplayScope): DeliveryScan {
  const { kind, webhookId, errorCode } = scope.selection;
  const statuses = STATUSES[kind as keyof typeof STATUSES];
  return { ...rangeOf(scope), tenant: scope.tenant, statuses, webhookId, errorCode };
}

function scanEvents(scope: ReplayScope, cursor: ReplayCursor | undefined, limit: number): SQL {
  const conditions = scanRange(rangeOf(scope), cursor?.eventId, sql`e.id`, sql`e.created_at`);
  if (scope.tenant !== undefined) conditions.push(sql`e.tenant_id = ${scope.tenant}`);
  // Some deliveries of the cursor's event may not be done yet.
  if (cursor) {
    conditions.push(
      cursor.endpointId === AFTER_ALL_ENDPOINTS
        ? sql`e.id > ${cursor.eventId}`
        : sql`e.id >= ${cursor.eventId}`,
    );
  }
  return sql`
    select e.id as event_id, ${AFTER_ALL_ENDPOINTS}::text collate "C" as endpoint_id, e.created_at, e.type
    from events e
    where ${sql.join(conditions, sql` and `)}
    order by e.id
    limit ${limit}`;
}

/** The times and ids of a selection. */
function rangeOf({ selection, lateSince, until }: ReplayScope): ScanRange {
  const { startDate, endDate, eventIds } = selection;
  const start = startDate === undefined ? undefined : (lateSince ?? new Date(timestampMs(startDate)));
  const end = endDate === undefined ? undefined : new Date(timestampMs(endDate));
  return { start, end, eventIds, until };
}

/**
 * Whether an endpoint is not deleted. As a scalar subquery the endpoint is looked up by key for each row. With a join
 * the planner might read all rows for each endpoint.
 */
const isThere = (endpointId: SQL) =>
  sql`(select p.deleted_at is null from endpoints p where p.id = ${endpointId})`;

/**
 * Selects candidates from the rows that were read. Deliveries to a deleted endpoint and discarded deliveries are never
 * selected.
 */
function chooseCandidates(scope: ReplayScope, cursor: ReplayCursor | undefined): SQL {
  const { selection, targetEndpointId } = scope;
  const target = targetEndpointId === undefined ? undefined : sql`${targetEndpointId}::text collate "C"`;
  const conditions: SQL[] = [];
  if (selection.eventType !== undefined)
    conditions.push(matchesTypePatterns(sql`s.type`, [selection.eventType]));
  if (selection.provider !== undefined) {
    conditions.push(sql`exists (
      select from events e
      where e.id = s.event_id and e.created_at = s.created_at and e.provider = ${selection.provider})`);
  }
  if (target !== undefined && selection.kind !== 'missed') {
    conditions.push(sql`not exists (
      select from deliveries d
      where d.event_id = s.event_id and d.endpoint_id = ${target} and d.created_at = s.created_at
        and d.status = 'discarded')`);
  }
  if (walksDeliveries(scope)) {
    if (target === undefined) conditions.push(isThere(sql`s.endpoint_id`));
    if (selection.endpointTag !== undefined)
      conditions.push(endpointHasTag(sql`s.endpoint_id`, selection.endpointTag));
    return sql`
      select s.event_id, s.endpoint_id as source_endpoint_id, ${target ?? sql`s.endpoint_id`} as endpoint_id,
             s.created_at
      from scanned s
      ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}`;
  }
  if (target === undefined) {
    conditions.push(sql`d.status <> 'discarded'`, isThere(sql`d.endpoint_id`));
    if (selection.webhookId !== undefined) conditions.push(sql`d.endpoint_id = ${selection.webhookId}`);
    if (cursor) conditions.push(sql`(d.event_id, d.endpoint_id) > (${cursor.eventId}, ${cursor.endpointId})`);
    return sql`
      select d.event_id, d.endpoint_id as source_endpoint_id, d.endpoint_id, d.created_at
      from scanned s
      join deliveries d on d.event_id = s.event_id and d.created_at = s.created_at
      where ${sql.join(conditions, sql` and `)}`;
  }
  // A test event is meant for one endpoint only.
  conditions.push(sql`s.type <> 'webhook.test'`);
  if (selection.kind === 'missed') {
    conditions.push(matchesTypePatterns(sql`s.type`, scope.wanted));
    conditions.push(sql`not exists (
      select from deliveries d
      where d.event_id = s.event_id and d.endpoint_id = ${target} and d.created_at = s.created_at
        and d.status <> 'failed')`);
    if (scope.lateSince !== undefined && selection.startDate !== undefined) {
      conditions.push(sql`(s.created_at >= ${new Date(timestampMs(selection.startDate))} or exists (
        select from events e, jsonb_array_elements(e.unmatched) u
        where e.id = s.event_id and e.created_at = s.created_at and u ->> 0 = ${target} and u ->> 1 = 'inactive'))`);
    }
  } else if (selection.webhookId !== undefined) {
    conditions.push(sql`exists (
      select from deliveries d
      where d.event_id = s.event_id and d.endpoint_id = ${selection.webhookId} and d.created_at = s.created_at)`);
  }
  return sql`
    select s.event_id, s.endpoint_id as source_endpoint_id, ${target} as endpoint_id, s.created_at
    from scanned s
    where ${sql.join(conditions, sql` and `)}`;
}
