import type { Transaction } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';
import type { Histogram } from './percentiles.ts';
import { DAY_SECONDS, FINE_HOURS, FINE_SECONDS, HOUR_SECONDS } from './steps.ts';

export interface StatisticsScope {
  /** undefined: all tenants. */
  tenant: string | undefined;
  /** undefined: all endpoints together; events are counted too. */
  endpointId?: string | undefined;
  /** undefined: the whole time for which statistics are kept. */
  hours?: number | undefined;
  /** Whether to count open events as well. The cost depends on the open events, not on all stored events. */
  openEvents?: boolean;
  /** Whether to count the endpoint's deliveries that wait for a retry as well. The cost depends on their number. */
  retrying?: boolean;
  /** Whether to add up the durations of attempts as well. */
  durations?: boolean;
}

export interface Counts {
  /** Events. */
  received: number;
  /** Events of which at least one delivery gave up. */
  deadEvents: number;
  /**
   * Events without a dead delivery of which at least one delivery waits for a retry. This count and the next two are 0
   * unless `openEvents` is set.
   */
  retryingEvents: number;
  /** Other events of which at least one delivery is being sent. */
  sendingEvents: number;
  /** Other events of which at least one delivery is pending. */
  pendingEvents: number;
  /** Deliveries, like the next three counts. */
  matched: number;
  delivered: number;
  dead: number;
  discarded: number;
  attempts: number;
  failures: number;
  durationMs: number;
}

/** The counts of one event type. */
export interface TypeCounts extends Counts {
  eventType: string;
}

export interface StatisticsRead {
  /** The type with the most received events first. */
  byType: TypeCounts[];
  total: Counts;
  /** Deliveries that wait for a retry. 0 unless `retrying` is set. */
  retrying: number;
  /** The durations of attempts of all types. Empty unless `durations` is set. */
  durations: Histogram;
}

const binOf = (seconds: number, at: SQL) => sql`date_bin(${seconds} * interval '1 second', ${at}, 'epoch')`;
/** The first start of a step at or after a time. */
const nextOf = (seconds: number, at: SQL) =>
  sql`${binOf(seconds, sql`${at} + ${seconds} * interval '1 second' - interval '1 microsecond'`)}`;

/**
 * Reads the statistics of a window. Whole days are read as days, the rest of the window as hours, and the rest of that
 * in steps of 5 minutes. This is some dozens of rows for each type, however many events came, and the sum is the same
 * as of steps of 5 minutes alone. Single endpoints have no rows by day.
 *
 * One statement reads one snapshot, so a change is counted once, whether it is added up already or not.
 */
export async function readStatistics(
  transaction: Transaction,
  { tenant, endpointId, hours, openEvents = false, retrying = false, durations = false }: StatisticsScope,
): Promise<StatisticsRead> {
  const edgeSeconds = hours !== undefined && hours <= FINE_HOURS ? FINE_SECONDS : HOUR_SECONDS;
  const since =
    hours === undefined
      ? sql`'-infinity'::timestamptz`
      : binOf(edgeSeconds, sql`(now() - ${hours} * interval '1 hour')`);
  const whole = (seconds: number) => (hours === undefined ? since : nextOf(seconds, since));
  const inScope = sql.join(
    [
      ...(tenant === undefined ? [] : [sql`tenant_id = ${tenant}`]),
      ...(endpointId === undefined ? [] : [sql`endpoint_id = ${endpointId}`]),
      sql`bucket >= ${since}`,
    ],
    sql` and `,
  );
  const ofStep = (seconds: number, from: SQL, to: SQL | undefined) => sql`
      select event_type, received, matched, delivered, dead, dead_events, discarded, attempts, failures, duration_ms,
             duration_buckets, duration_counts
      from statistics
      where endpoint_id = ${endpointId ?? ''} and step_seconds = ${seconds} and bucket >= ${from}
        ${to === undefined ? sql`` : sql`and bucket < ${to}`}
        ${tenant === undefined ? sql`` : sql`and tenant_id = ${tenant}`}`;
  const parts = [
    ofStep(FINE_SECONDS, since, whole(HOUR_SECONDS)),
    ...(endpointId === undefined
      ? [
          ofStep(HOUR_SECONDS, whole(HOUR_SECONDS), whole(DAY_SECONDS)),
          ofStep(DAY_SECONDS, whole(DAY_SECONDS), undefined),
        ]
      : [ofStep(HOUR_SECONDS, whole(HOUR_SECONDS), undefined)]),
  ];
  const { rows } = await transaction.execute(sql`
    with changes as materialized (
      select * from statistics_changes where ${inScope}
    ), s as materialized (
      ${sql.join(parts, sql` union all `)}
      union all
      select event_type, received, matched, delivered, dead, 0, discarded, attempts, failures, duration_ms, durations,
             array_fill(1::bigint, array[cardinality(durations)])
      from changes
      union all
      select event_type, 0, 0, 0, 0, hookline_dead_turn(event_id, bucket), 0, 0, 0, 0, '{}', '{}'
      from (select distinct event_type, event_id, bucket from changes where event_id is not null) touched
    ), open_events as materialized (
      select * from hookline_open_events(${tenant ?? null}, ${since}) where ${openEvents}
    ), types as (
      select event_type as "eventType", sum(received)::float8 as received,
             sum(dead_events)::float8 as "deadEvents", coalesce(max(o.retrying), 0) as "retryingEvents",
             coalesce(max(o.sending), 0) as "sendingEvents", coalesce(max(o.pending), 0) as "pendingEvents",
             sum(matched)::float8 as matched, sum(delivered)::float8 as delivered, sum(dead)::float8 as dead,
             sum(discarded)::float8 as discarded, sum(attempts)::float8 as attempts,
             sum(failures)::float8 as failures, sum(duration_ms)::float8 as "durationMs"
      from s
      left join open_events o using (event_type)
      group by event_type
    ), histogram as (
      select duration, sum(n) as n
      from s
      cross join unnest(duration_buckets, duration_counts) h(duration, n)
      where ${durations}
      group by 1
    )
    select ${
      retrying && endpointId !== undefined
        ? sql`(select count(*)::integer from deliveries
               where endpoint_id = ${endpointId} and status = 'retrying' and created_at >= ${since})`
        : sql`0`
    } as retrying,
           (select coalesce(jsonb_agg(t order by received desc, "eventType"), '[]') from types t) as "byType",
           (select coalesce(jsonb_agg(jsonb_build_array(duration, n)), '[]') from histogram) as durations`);
  const row = rows[0] as { byType: TypeCounts[]; retrying: number; durations: [number, number][] };
  return {
    byType: row.byType,
    total: sumOf(row.byType),
    retrying: row.retrying,
    durations: new Map(row.durations),
  };
}

export function sumOf(all: readonly Counts[]): Counts {
  const total: Counts = {
    received: 0,
    deadEvents: 0,
    retryingEvents: 0,
    sendingEvents: 0,
    pendingEvents: 0,
    matched: 0,
    delivered: 0,
    dead: 0,
    discarded: 0,
    attempts: 0,
    failures: 0,
    durationMs: 0,
  };
  for (const each of all) {
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += each[name];
  }
  return total;
}
