import { MAX_REPLAY_COUNT } from '@hookline/contracts';
import { planByKey, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { candidatesOf, type ReplayScope } from './replay-scope.ts';

export interface SelectionCount {
  total: number;
  /** false: counting stopped at its limit, and `total` is a lower bound. */
  exact: boolean;
  /** The first deliveries of the selection. */
  sample: { eventId: string; webhookId: string }[];
}

const SAMPLE = 10;
/** How many events from before the start are scanned. Few of them belong to the selection. */
const MAX_LATE_COUNT = 10_000;

/** Counts the deliveries that a replay would send, up to MAX_REPLAY_COUNT. */
export async function countSelection(transaction: Transaction, scope: ReplayScope): Promise<SelectionCount> {
  await planByKey(transaction);
  const { lateSince, selection } = scope;
  const { startDate } = selection;
  if (lateSince === undefined || startDate === undefined) return count(transaction, scope, MAX_REPLAY_COUNT);
  // The time before the start is counted separately: with many events it would use up the limit of the selection.
  const before = { ...scope, selection: { ...selection, endDate: startDate } };
  const late = await count(transaction, before, MAX_LATE_COUNT);
  const rest = await count(transaction, { ...scope, lateSince: undefined }, MAX_REPLAY_COUNT);
  return {
    total: Math.min(late.total + rest.total, MAX_REPLAY_COUNT),
    exact: late.exact && rest.exact && late.total + rest.total <= MAX_REPLAY_COUNT,
    sample: [...late.sample, ...rest.sample].slice(0, SAMPLE),
  };
}

async function count(transaction: Transaction, scope: ReplayScope, most: number): Promise<SelectionCount> {
  const limits = { scan: most + 1, take: most + 1 };
  const { rows } = await transaction.execute(sql`
    with ${candidatesOf(scope, undefined, limits)}
    select (select count(*)::float8 from scanned) as scanned, (select count(*)::float8 from candidates) as total,
           (select coalesce(json_agg(json_build_object('eventId', event_id, 'webhookId', endpoint_id)), '[]')
            from (select event_id, endpoint_id from candidates order by event_id, source_endpoint_id
                  limit ${SAMPLE}) first) as sample`);
  const row = rows[0] as unknown as { scanned: number; total: number; sample: SelectionCount['sample'] };
  return {
    total: Math.min(row.total, most),
    exact: row.scanned <= most && row.total <= most,
    sample: row.sample,
  };
}
