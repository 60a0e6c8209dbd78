import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

export type ClearedEvent = Pick<EventRow, 'id' | 'createdAt' | 'requestId'>;

const EVENTS = rowSet({ id: 'text', created_at: 'timestamptz' });
const REQUESTS = rowSet({ id: 'text', first_id: 'text', last_id: 'text', created_at: 'timestamptz' });

/**
 * Marks events as deleted and removes their payloads, their requests, the responses to their attempts and their local
 * results. A request that other events came with is removed from all of them. The transaction must plan by key.
 */
export async function clearEvents(tx: Transaction, cleared: readonly ClearedEvent[]): Promise<void> {
  if (cleared.length === 0) return;
  const rows = cleared.map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString() }));
  const times = rows.map((row) => row.created_at).sort();
  const inRange = sql`between ${times[0]} and ${times.at(-1)}`;
  await tx.execute(sql`
    update events e
    set deleted_at = now(), payload = '', size_bytes = 0, request = null
    from ${EVENTS.unnestRows(rows, 'c')}
    where e.id = any(array[c.id]) and e.created_at = c.created_at and e.created_at ${inRange}`);
  await tx.execute(sql`
    update attempts a
    set response_headers = null, response_body = null
    from ${EVENTS.unnestRows(rows, 'c')}
    where a.event_id = any(array[c.id]) and a.created_at = c.created_at and a.created_at ${inRange}`);
  await tx.execute(sql`
    delete from local_results l
    using ${EVENTS.unnestRows(rows, 'c')}
    where l.event_id = any(array[c.id]) and l.created_at = c.created_at and l.created_at ${inRange}`);
  const requests = requestsOf(cleared);
  if (requests.length === 0) return;
  await tx.execute(sql`
    delete from shared_requests s
    using ${REQUESTS.unnestRows(requests, 'r')}
    where s.id = any(array[r.id]) and s.created_at = r.created_at and s.created_at ${inRange}`);
  await tx.execute(sql`
    update events e
    set request = null
    from ${REQUESTS.unnestRows(requests, 'r')}
    where e.id between r.first_id and r.last_id and e.request_id = r.id and e.created_at = r.created_at
      and e.created_at ${inRange} and e.request is not null`);
}

/** The prefix and the time of an event id. 16 random characters follow. */
const TIME_LENGTH = 'evt_'.length + 10;

/** The requests that brought several events. The ids of those events are of one millisecond: the primary key finds them. */
function requestsOf(cleared: readonly ClearedEvent[]) {
  const created = new Map<string, Date>();
  for (const { requestId, createdAt } of cleared) if (requestId !== null) created.set(requestId, createdAt);
  return [...created].map(([id, createdAt]) => {
    const prefix = id.slice(0, TIME_LENGTH);
    return {
      id,
      first_id: prefix,
      last_id: prefix.padEnd(id.length, 'Z'),
      created_at: createdAt.toISOString(),
    };
  });
}
