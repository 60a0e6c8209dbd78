import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** A poll of a connection, over all of its resources. */
export interface PollFacts {
  connectionId: string;
  name: string;
  resources: number;
  intervalSeconds: number;
  stretch: number;
  quotaKeys: string[];
  /** Null: all rest. */
  nextAt: Date | null;
  lastSucceededAt: Date | null;
  /** Of the last run that ended. */
  lastOutcome: string | null;
  lastError: string | null;
  /** How many rest, and why one of them does. */
  resting: number;
  restingReason: string | null;
  /** Runs since midnight in UTC that should have succeeded, and that have. */
  expected: number;
  done: number;
}

/** The polls of some connections, by name. */
export async function listPollFacts(
  transaction: Transaction,
  connectionIds: readonly string[],
): Promise<PollFacts[]> {
  if (connectionIds.length === 0) return [];
  const { rows } = await transaction.execute(sql`
    select t.connection_id as "connectionId", t.name,
      count(*) filter (where t.resource <> '')::integer as resources,
      min(t.interval_seconds) as "intervalSeconds", max(t.stretch) as stretch,
      coalesce((array_agg(to_jsonb(t.quota_keys)))[1], '[]') as "quotaKeys",
      min(t.due_at) filter (where t.paused_reason is null) as "nextAt",
      max(t.last_succeeded_at) as "lastSucceededAt",
      (array_agg(t.last_outcome order by t.last_finished_at desc nulls last))[1] as "lastOutcome",
      (array_agg(t.last_error order by t.last_finished_at desc nulls last))[1] as "lastError",
      count(*) filter (where t.paused_reason is not null)::integer as resting,
      min(t.paused_reason) as "restingReason",
      coalesce(sum(floor(extract(epoch from hookline_now() - counted.since) / (t.interval_seconds * t.stretch)))
        filter (where t.paused_reason is null), 0)::integer as expected,
      coalesce(sum(t.done) filter (where t.counted_at >= counted.since), 0)::integer as done
    from connection_tasks t
      cross join lateral (select greatest(t.counted_at,
        date_trunc('day', hookline_now() at time zone 'UTC') at time zone 'UTC') as since) counted
    where t.kind = 'poll'
      and t.connection_id in (select jsonb_array_elements_text(${JSON.stringify(connectionIds)}::jsonb))
    group by t.connection_id, t.name
    order by t.connection_id, t.name`);
  return (rows as unknown as PollFacts[]).map((row) => ({
    ...row,
    nextAt: toDate(row.nextAt),
    lastSucceededAt: toDate(row.lastSucceededAt),
  }));
}

/** In a transaction drizzle leaves times as text. */
const toDate = (time: Date | string | null) => (time === null ? null : new Date(time));
