import {
  createEventTypeMatcher,
  type EventTypeMatcher,
  type Explanation,
  timeOfId,
} from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import type { CompiledFilter } from '@hookline/filters';
import { and, desc, eq, getTableColumns, isNull, lt, lte, sql } from 'drizzle-orm';
import { evaluateFilters } from '../../pipeline/filters/evaluate-filters.ts';
import { toAttributes } from './tried-event.ts';

/** A hundred of them are parsed one after the other: larger ones would hold up everybody. */
const MAX_TRIED_BYTES = 262_144;
/** Payloads in memory at once. */
const PAGE = 20;

const { payload, ...columns } = getTableColumns(events);

/** Which of the newest stored events of a tenant would be for an endpoint with these types and this filter. */
export async function tryLastEvents(
  database: Database,
  tenantId: string,
  patterns: readonly string[],
  filter: CompiledFilter | undefined,
  count: number,
): Promise<NonNullable<Explanation['lastEvents']>> {
  const tried: NonNullable<Explanation['lastEvents']>['events'] = [];
  const types = createEventTypeMatcher(patterns);
  let before: string | undefined;
  while (tried.length < count) {
    const limit = Math.min(PAGE, count - tried.length);
    const rows = await readPage(database, tenantId, before, limit);
    for (const row of rows) {
      const { matches, reason } = tryOne(row, types, filter);
      tried.push({ id: row.id, type: row.type, receivedAt: row.receivedAt.toISOString(), matches, reason });
      before = row.id;
      // Others get their turn between two of them.
      await new Promise(setImmediate);
    }
    if (rows.length < limit) break;
  }
  return {
    looked: tried.length,
    matched: tried.filter(({ matches }) => matches === true).length,
    skipped: tried.filter(({ matches }) => matches === null).length,
    events: tried,
  };
}

type TriedRow = Awaited<ReturnType<typeof readPage>>[number];

function readPage(database: Database, tenantId: string, before: string | undefined, limit: number) {
  const beforeMs = before === undefined ? undefined : timeOfId(before);
  return database.withScope(tenantId, (tx) =>
    tx
      .select({
        ...columns,
        payload: sql<Buffer | null>`case when ${events.sizeBytes} <= ${MAX_TRIED_BYTES} then ${payload} end`,
      })
      .from(events)
      .where(
        and(
          eq(events.tenantId, tenantId),
          isNull(events.deletedAt),
          before === undefined ? undefined : lt(events.id, before),
          beforeMs === undefined ? undefined : lte(events.createdAt, new Date(beforeMs)),
        ),
      )
      .orderBy(desc(events.id))
      .limit(limit),
  );
}

function tryOne(
  row: TriedRow,
  types: EventTypeMatcher,
  filter: CompiledFilter | undefined,
): { matches: boolean | null; reason: string | null } {
  if (!types.matches(row.type))
    return { matches: false, reason: "the endpoint's event types do not include this one" };
  if (!filter) return { matches: true, reason: null };
  if (row.payload === null)
    return { matches: null, reason: `the payload has ${row.sizeBytes} bytes: too large to be tried here` };
  const [verdict] = evaluateFilters(toAttributes(row), row.payload, [filter], false);
  return { matches: verdict?.mismatch === undefined, reason: verdict?.mismatch?.message ?? null };
}
