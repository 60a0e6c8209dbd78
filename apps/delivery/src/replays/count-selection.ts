import { MAX_REPLAY_COUNT } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { planByKey } from '../plan-by-key.ts';
import { candidatesOf, type ReplayScope } from './replay-scope.ts';

export interface SelectionCount {
  total: number;
  /** false: there is more than was looked at. */
  exact: boolean;
  /** The first of them. */
  sample: { eventId: string; webhookId: string }[];
}

const SAMPLE = 10;

/** Counts what a replay would go through, as far as MAX_REPLAY_COUNT. */
export async function countSelection(transaction: Transaction, scope: ReplayScope): Promise<SelectionCount> {
  await planByKey(transaction);
  const limits = { scan: MAX_REPLAY_COUNT + 1, take: MAX_REPLAY_COUNT + 1 };
  const { rows } = await transaction.execute(sql`
    with ${candidatesOf(scope, undefined, limits)}
    select (select count(*)::float8 from scanned) as scanned, (select count(*)::float8 from candidates) as total,
           (select coalesce(json_agg(json_build_object('eventId', event_id, 'webhookId', endpoint_id)), '[]')
            from (select event_id, endpoint_id from candidates order by event_id, source_endpoint_id
                  limit ${SAMPLE}) first) as sample`);
  const row = rows[0] as unknown as { scanned: number; total: number; sample: SelectionCount['sample'] };
  return {
    total: Math.min(row.total, MAX_REPLAY_COUNT),
    exact: row.scanned <= MAX_REPLAY_COUNT && row.total <= MAX_REPLAY_COUNT,
    sample: row.sample,
  };
}
