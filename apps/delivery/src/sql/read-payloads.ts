import { planByKey, rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

const EVENT_KEY = rowSet({ id: 'text', created_at: 'timestamptz' });

/** Reads the payloads of events, which are not too many and not too large. @returns the payloads by event id */
export async function readPayloads(
  tx: Transaction,
  events: readonly Pick<EventRow, 'id' | 'createdAt'>[],
): Promise<ReadonlyMap<string, Buffer>> {
  if (events.length === 0) return new Map();
  const keys = events.map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString() }));
  const times = keys.map(({ created_at }) => created_at).sort();
  await planByKey(tx);
  const { rows } = await tx.execute(sql`
    select e.id, e.payload
    from ${EVENT_KEY.unnestRows(keys, 'w')}
    join events e on e.id = any(array[w.id]) and e.created_at = w.created_at
      and e.created_at between ${times[0]} and ${times.at(-1)}
    where e.deleted_at is null`);
  return new Map(rows.map((row) => [String(row['id']), row['payload'] as Buffer]));
}
