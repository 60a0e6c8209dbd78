import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { EventRow } from './event-row.ts';

/** The result of an event's deliveries so far. */
export interface EventProgress {
  retryCount: number;
  lastError: string | null;
  /** When the last delivery was settled. */
  settledAt: Date | null;
}

const EVENT_KEY = rowSet({ id: 'text', created_at: 'timestamptz' });

export const NO_PROGRESS: EventProgress = { retryCount: 0, lastError: null, settledAt: null };

/** Reads the progress of a page of events. @returns the progress by event id */
export async function readProgress(
  tx: Transaction,
  events: readonly Pick<EventRow, 'id' | 'createdAt'>[],
): Promise<(eventId: string) => EventProgress> {
  if (events.length === 0) return () => NO_PROGRESS;
  const keys = events.map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString() }));
  const times = keys.map(({ created_at }) => created_at).sort();
  const { rows } = await tx.execute(sql`
    select d.event_id as "eventId", sum(greatest(d.attempts - 1, 0))::integer as "retryCount",
           (array_agg(coalesce(d.error_message, d.error_code) order by d.last_attempt_at desc nulls last)
              filter (where coalesce(d.error_message, d.error_code) is not null))[1] as "lastError",
           extract(epoch from max(d.completed_at))::float8 as "settledAtSeconds"
    from ${EVENT_KEY.unnestRows(keys, 'w')}
    join deliveries d on d.event_id = any(array[w.id]) and d.created_at = w.created_at
      and d.created_at between ${times[0]} and ${times.at(-1)}
    group by d.event_id`);
  const byId = new Map(
    rows.map((row): [string, EventProgress] => {
      const seconds = row['settledAtSeconds'] as number | null;
      return [
        String(row['eventId']),
        {
          retryCount: Number(row['retryCount']),
          lastError: row['lastError'] as string | null,
          settledAt: seconds === null ? null : new Date(seconds * 1_000),
        },
      ];
    }),
  );
  return (eventId) => byId.get(eventId) ?? NO_PROGRESS;
}
