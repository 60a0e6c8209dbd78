import type { ReceivedEvent } from '@hookline/contracts';
import { rowSet, type Transaction } from '@hookline/db';
import type { deliveries } from '@hookline/db/delivery';
import { sql } from 'drizzle-orm';
import type { EventRow } from './present-event.ts';

/** What the deliveries of an event came to, whatever its status. */
export interface EventProgress {
  retryCount: number;
  lastError: string | null;
  /** Of the delivery that was settled last. */
  settledAt: Date | null;
}

const EVENT_KEY = rowSet({ id: 'text', created_at: 'timestamptz' });

const NONE: EventProgress = { retryCount: 0, lastError: null, settledAt: null };

/** Of one event whose deliveries are at hand. */
export function progressOf(rows: readonly (typeof deliveries.$inferSelect)[]): EventProgress {
  let progress = NONE;
  let lastAt = 0;
  for (const { attempts, errorMessage, errorCode, lastAttemptAt, completedAt } of rows) {
    const { retryCount, lastError, settledAt } = progress;
    const error = errorMessage ?? errorCode;
    const at = lastAttemptAt?.getTime() ?? 0;
    const isLater = error !== null && at >= lastAt;
    if (isLater) lastAt = at;
    progress = {
      retryCount: retryCount + Math.max(0, attempts - 1),
      lastError: isLater ? error : lastError,
      settledAt: completedAt && (!settledAt || completedAt > settledAt) ? completedAt : settledAt,
    };
  }
  return progress;
}

/** Of the events of a page, by their ids. */
export async function readProgress(
  tx: Transaction,
  events: readonly Pick<EventRow, 'id' | 'createdAt'>[],
): Promise<(eventId: string) => EventProgress> {
  if (events.length === 0) return () => NONE;
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
  return (eventId) => byId.get(eventId) ?? NONE;
}

/** The part of an event's row that tells of it. */
export function presentProgress(
  { retryCount, lastError, settledAt }: EventProgress,
  { status, receivedAt }: Pick<ReceivedEvent, 'status' | 'receivedAt'>,
): Pick<ReceivedEvent, 'retryCount' | 'lastError' | 'processedAt'> {
  const processedAt = status === 'processed' ? (settledAt?.toISOString() ?? receivedAt) : null;
  return { retryCount, lastError, processedAt };
}
