import { createEventTypeMatcher, type EventTypeMatcher, type Explanation } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { CompiledFilter } from '@hookline/filters';
import { evaluateFilters } from '../../pipeline/filters/evaluate-filters.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { listTriedEvents, type TriedEventRow } from '../../sql/list-tried-events.ts';
import { toAttributes } from './tried-event.ts';

type LastEvents = NonNullable<Explanation['lastEvents']>;

/** A hundred payloads are parsed one after the other, and larger ones would block the event loop. */
const MAX_PAYLOAD_BYTES = 262_144;
/** How many payloads are in memory at once. */
const PAGE = 20;

/** Tries an endpoint's event types and a filter on the newest stored events of its tenant. */
export async function tryLastEvents(
  database: Database,
  { tenantId, events: patterns }: Pick<EndpointRow, 'tenantId' | 'events'>,
  filter: CompiledFilter | undefined,
  count: number,
): Promise<LastEvents> {
  const tried: LastEvents['events'] = [];
  const types = createEventTypeMatcher(patterns);
  let before: string | undefined;
  while (tried.length < count) {
    const range = { before, limit: Math.min(PAGE, count - tried.length), payloadBytes: MAX_PAYLOAD_BYTES };
    const rows = await database.withScope(tenantId, (tx) => listTriedEvents(tx, tenantId, range));
    for (const row of rows) {
      const { matches, reason } = tryOne(row, types, filter);
      tried.push({ id: row.id, type: row.type, receivedAt: row.receivedAt.toISOString(), matches, reason });
      before = row.id;
      // Other work gets its turn between two events.
      await new Promise(setImmediate);
    }
    if (rows.length < range.limit) break;
  }
  return {
    looked: tried.length,
    matched: tried.filter(({ matches }) => matches === true).length,
    skipped: tried.filter(({ matches }) => matches === null).length,
    events: tried,
  };
}

function tryOne(
  row: TriedEventRow,
  types: EventTypeMatcher,
  filter: CompiledFilter | undefined,
): { matches: boolean | null; reason: string | null } {
  if (!types.matches(row.type))
    return { matches: false, reason: "the endpoint's event types do not include this one" };
  if (!filter) return { matches: true, reason: null };
  if (row.payload === null)
    return {
      matches: null,
      reason: `the payload has ${row.sizeBytes} bytes, which is too large to be tried`,
    };
  const [verdict] = evaluateFilters(toAttributes(row), row.payload, [filter], false);
  return { matches: verdict?.mismatch === undefined, reason: verdict?.mismatch?.message ?? null };
}
