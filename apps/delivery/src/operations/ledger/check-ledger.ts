import { type Bus, streamIncarnation } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Database } from '@hookline/db';

/** The most sequences that one check reads, so that it never delays the pipeline. */
export const MAX_WINDOW = 20_000;

/**
 * Checks the sequences between the last check and the sequence up to which every message is acknowledged. Each sequence
 * is checked once. It must be an event, a noted repeat or a probe, and each event must have the deliveries that fan-out
 * created for it. An unreadable message is noted too, but counts as missing, because its sender was told that it is
 * stored. A message that the stream dropped by age before its fan-out has left no trace and counts as missing as well.
 * While one replica checks, the others skip their check.
 */
const CHECK_WINDOW = `
with last as (
  select checked_seq from ledger_checks where stream_epoch = $1 for update skip locked
), w as (
  select checked_seq as low, least($2, checked_seq + $3) as high from last
), e as (
  select events.id, events.matched, events.created_at, events.stream_seq
  from w, events
  where events.stream_epoch = $1 and events.stream_seq > w.low and events.stream_seq <= w.high
), counted as (
  select w.low, w.high,
         (select count(*) from e) as events,
         (select count(distinct s.stream_seq) from skipped_messages s
          where s.reason <> 'malformed' and s.stream_epoch = $1 and s.stream_seq > w.low and s.stream_seq <= w.high
            and not exists (select from e where e.stream_seq = s.stream_seq)) as skipped,
         (select coalesce(sum(matched), 0) from e) as matched,
         (select count(*) from e join deliveries d on d.event_id = e.id and d.created_at = e.created_at) as deliveries
  from w
)
update ledger_checks l
set checked_seq = greatest(l.checked_seq, c.high),
    unaccounted = l.unaccounted + abs((c.high - c.low) - c.events - c.skipped) + abs(c.matched - c.deliveries),
    checked_at = now()
from counted c
where l.stream_epoch = $1 and c.high > c.low
returning c.low::float8 as "from", c.high::float8 as "to", c.events::int as events, c.skipped::int as skipped,
          c.matched::int as matched, c.deliveries::int as deliveries, l.unaccounted::float8 as unaccounted`;

export interface LedgerWindow {
  from: number;
  to: number;
  events: number;
  skipped: number;
  matched: number;
  deliveries: number;
  /** The sum of all checks so far. */
  unaccounted: number;
}

/**
 * One step of the running audit behind `hookline_unaccounted_deliveries`.
 * @returns undefined if there was nothing new to check
 */
export async function checkLedger(bus: Bus, database: Database): Promise<LedgerWindow | undefined> {
  const stream = await bus.manager.streams.info(EVENTS_STREAM);
  const consumer = await bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER);
  const epoch = streamIncarnation(stream);
  await database.system(
    'insert into ledger_checks (stream_epoch, checked_seq) values ($1, $2) on conflict do nothing',
    [epoch, Math.max(0, stream.state.first_seq - 1)],
  );
  const { rows } = await database.system<LedgerWindow>(CHECK_WINDOW, [
    epoch,
    consumer.ack_floor.stream_seq,
    MAX_WINDOW,
  ]);
  return rows[0];
}

/** Reads how many events and deliveries all checks found missing. Any value but 0 is a loss. */
export async function readUnaccounted(database: Database): Promise<number> {
  const { rows } = await database.system<{ unaccounted: number }>(
    'select coalesce(sum(unaccounted), 0)::float8 as unaccounted from ledger_checks',
  );
  return rows[0]?.unaccounted ?? 0;
}
