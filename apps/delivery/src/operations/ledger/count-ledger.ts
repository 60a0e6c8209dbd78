import type { Bus } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { readUnaccounted } from './check-ledger.ts';

export interface Ledger {
  streamPending: number;
  events: number;
  duplicates: number;
  malformed: number;
  accepted: number;
  delivered: number;
  dead: number;
  open: number;
  unaccounted: number;
}

/** One statement, so that all parts come from one snapshot: parts of different moments would not add up. */
const COUNT = `
select (select count(*) from events)::float8 as events,
       (select count(*) from skipped_messages where reason = 'duplicate')::float8 as duplicates,
       (select count(*) from skipped_messages where reason = 'malformed')::float8 as malformed,
       (select coalesce(sum(matched), 0) from events)::float8 as accepted,
       d.delivered::float8, d.dead::float8, d.open::float8
from (
  select count(*) filter (where status = 'success') as delivered,
         count(*) filter (where status in ('failed', 'discarded')) as dead,
         count(*) filter (where status in ('pending', 'sending', 'retrying')) as open
  from deliveries
) d`;

/** Counts the whole ledger. It reads every row, so use it in an audit or a test and not in a dashboard. */
export async function countLedger(bus: Bus, database: Database): Promise<Ledger> {
  const consumer = await bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER);
  const checked = await readUnaccounted(database);
  const { rows } = await database.system<Omit<Ledger, 'streamPending' | 'unaccounted'>>(COUNT);
  const counts = rows[0] as Omit<Ledger, 'streamPending' | 'unaccounted'>;
  return {
    streamPending: consumer.num_pending + consumer.num_ack_pending,
    ...counts,
    unaccounted: checked + Math.abs(counts.accepted - counts.delivered - counts.dead - counts.open),
  };
}
