import type { Attempt } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { attempts, deliveries, events } from '@hookline/db/delivery';
import { and, desc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import type { AttemptRow } from './delivery-row.ts';
import { eventRange } from './event-range.ts';
import { createdAtOf } from './event-row.ts';
import { SCAN_ROWS } from './scan-rows.ts';

export interface AttemptFilter {
  /** undefined: all tenants. */
  tenant: string | undefined;
  webhookId?: string | undefined;
  eventId?: string | undefined;
  outcome?: Attempt['outcome'] | undefined;
  /** A status such as `503`, or a class such as `5xx`. */
  responseCode?: string | undefined;
  errorCode?: string | undefined;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** An attempt without the contents of its request and its answer, which may be large. */
export type ListedAttemptRow = Omit<AttemptRow, 'requestHeaders' | 'responseHeaders' | 'responseBody'>;
export type AttemptKey = Pick<AttemptRow, 'eventId' | 'endpointId' | 'attempt'>;

export interface FoundAttempts {
  /** One row more than the limit if there are more. */
  rows: ListedAttemptRow[];
  /** All attempts of this event and of newer events were looked at, if the search stopped before the end of the list. */
  scannedTo: AttemptKey | undefined;
}

/** Events, or deliveries of an endpoint, that a page looks at. Most have one attempt, and many have none. */
const SCAN_KEYS = 2_000;

const {
  requestHeaders: _requestHeaders,
  responseHeaders: _responseHeaders,
  responseBody: _responseBody,
  ...columns
} = getTableColumns(attempts);

/**
 * Lists attempts by event, newest first, and within a delivery the last attempt first. No index has the attempts of a
 * tenant or an endpoint: they are found through its newest events or deliveries. A page looks at a bounded number of
 * these, so it may hold fewer rows than the limit, and the next page begins at `scannedTo`.
 */
export async function listAllAttempts(
  tx: Transaction,
  filter: AttemptFilter,
  { after, limit }: { after: AttemptKey | undefined; limit: number },
): Promise<FoundAttempts> {
  await planByKey(tx);
  const keys = filter.webhookId === undefined ? keysOfEvents() : keysOfEndpoint(filter.webhookId);
  const scan = tx
    .select(columns)
    .from(keys)
    .innerJoin(
      attempts,
      and(
        sql`${attempts.eventId} = any(array[${keys.eventId}])`,
        eq(attempts.createdAt, keys.createdAt),
        filter.webhookId === undefined
          ? undefined
          : sql`${attempts.endpointId} = any(array[${filter.webhookId}::text])`,
      ),
    )
    .where(
      after === undefined
        ? undefined
        : sql`(${attempts.eventId}, ${attempts.endpointId}, ${attempts.attempt}) < (${after.eventId}, ${after.endpointId}, ${after.attempt})`,
    )
    // By the event of the key: it is in this order already, so that the reading stops with the last row of the page.
    .orderBy(desc(keys.eventId), desc(attempts.endpointId), desc(attempts.attempt))
    .limit(isSearch(filter) ? SCAN_ROWS : limit + 1)
    .as('scan');
  const rows = await tx
    .select()
    .from(scan)
    .where(matches(scan))
    .orderBy(desc(scan.eventId), desc(scan.endpointId), desc(scan.attempt))
    .limit(limit + 1);
  return { rows, scannedTo: rows.length <= limit ? await findEndOfScan() : undefined };

  function rangeOf(id: Parameters<typeof eventRange>[0], createdAt: Parameters<typeof eventRange>[1]) {
    const { eventId } = filter;
    const ofEvent =
      eventId === undefined ? [] : [sql`${id} = ${eventId}`, sql`${createdAt} = ${createdAtOf(eventId)}`];
    return [...eventRange(id, createdAt, filter, after?.eventId), ...ofEvent];
  }

  function keysOfEvents() {
    return tx
      .select({
        eventId: sql<string>`${events.id}`.as('key_event'),
        createdAt: sql<Date>`${events.createdAt}`.as('key_time'),
      })
      .from(events)
      .where(
        and(
          filter.tenant === undefined ? undefined : eq(events.tenantId, filter.tenant),
          gt(events.matched, 0),
          ...rangeOf(events.id, events.createdAt),
        ),
      )
      .orderBy(desc(events.id))
      .limit(SCAN_KEYS)
      .as('keys');
  }

  function keysOfEndpoint(endpointId: string): ReturnType<typeof keysOfEvents> {
    return tx
      .select({
        eventId: sql<string>`${deliveries.eventId}`.as('key_event'),
        createdAt: sql<Date>`${deliveries.createdAt}`.as('key_time'),
      })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.endpointId, endpointId),
          filter.tenant === undefined ? undefined : eq(deliveries.tenantId, filter.tenant),
          ...rangeOf(deliveries.eventId, deliveries.createdAt),
        ),
      )
      .orderBy(desc(deliveries.eventId))
      .limit(SCAN_KEYS)
      .as('keys') as unknown as ReturnType<typeof keysOfEvents>;
  }

  function matches(of: typeof scan): SQL | undefined {
    const { outcome, responseCode, errorCode } = filter;
    return and(
      outcome === undefined ? undefined : eq(of.outcome, outcome),
      responseCode === undefined ? undefined : matchesStatus(of.responseCode, responseCode),
      errorCode === undefined ? undefined : eq(of.errorCode, errorCode),
    );
  }

  /** The last row of a search, or the last key: whichever comes first in the list. */
  async function findEndOfScan(): Promise<AttemptKey | undefined> {
    const [row] = await tx
      .select({ eventId: scan.eventId, endpointId: scan.endpointId, attempt: scan.attempt })
      .from(scan)
      .orderBy(desc(scan.eventId), desc(scan.endpointId), desc(scan.attempt))
      .offset(SCAN_ROWS - 1)
      .limit(1);
    if (row) return row;
    const [key] = await tx
      .select({ eventId: keys.eventId })
      .from(keys)
      .orderBy(desc(keys.eventId))
      .offset(SCAN_KEYS - 1)
      .limit(1);
    return key && { eventId: key.eventId, endpointId: '', attempt: 0 };
  }
}

const isSearch = ({ outcome, responseCode, errorCode }: AttemptFilter) =>
  outcome !== undefined || responseCode !== undefined || errorCode !== undefined;

function matchesStatus(column: Parameters<typeof eventRange>[0], wanted: string): SQL {
  const first = Number(wanted[0]) * 100;
  return wanted.endsWith('xx')
    ? sql`${column} between ${first} and ${first + 99}`
    : sql`${column} = ${Number(wanted)}`;
}
