import type { Timeline } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { PROVIDER_NAMES } from '@hookline/providers/names';
import { type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../../endpoints/type-pattern.ts';
import { durationsOf } from './percentiles.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './steps.ts';
import type { TimelineRange } from './timeline-range.ts';

export interface TimelineScope {
  /** undefined: all tenants. */
  tenant: string | undefined;
  range: TimelineRange;
  /** undefined: all endpoints together; events are counted too. */
  endpointId: string | undefined;
  eventType: string | undefined;
  provider: string | undefined;
}

/** What is counted in one step, as Postgres adds it up. */
interface StepRow {
  at: string;
  received: number;
  failedEvents: number;
  matched: number;
  delivered: number;
  dead: number;
  discarded: number;
  attempts: number;
  failures: number;
  durationMs: number;
  durations: [bucket: number, count: number][];
  providers: Record<string, number>;
}

/** Events of an application, and of what else is no provider. */
const APPLICATION = 'app';

/** Types of applications are without number, so they count as one provider. */
const providerOf = (type: SQL) => sql`case
  when split_part(${type}, '.', 1) = any(${sql.param(PROVIDER_NAMES)}::text[]) then split_part(${type}, '.', 1)
  else ${APPLICATION} end`;

/**
 * Reads the counters of a range step by step. One statement reads one snapshot, so a change is counted once, whether it is
 * added up already or not.
 */
export async function readTimeline(transaction: Transaction, scope: TimelineScope): Promise<Timeline> {
  const { tenant, range, endpointId, eventType, provider } = scope;
  const { stepSeconds, from, to } = range;
  // Single endpoints have no rows by day.
  const storedSeconds = stepSeconds === DAY_SECONDS && endpointId !== undefined ? HOUR_SECONDS : stepSeconds;
  const type = sql`event_type`;
  const conditions = sql.join(
    [
      sql`bucket >= ${from.toISOString()}::timestamptz and bucket < ${to.toISOString()}::timestamptz`,
      ...(tenant === undefined ? [] : [sql`tenant_id = ${tenant}`]),
      ...(eventType === undefined ? [] : [matchesTypePatterns(type, [eventType])]),
      ...(provider === undefined ? [] : [sql`${providerOf(type)} = ${provider}`]),
    ],
    sql` and `,
  );
  const { rows } = await transaction.execute(sql`
    with changes as materialized (
      select * from statistics_changes
      where ${conditions} ${endpointId === undefined ? sql`` : sql`and endpoint_id = ${endpointId}`}
    ), counted as (
      select bucket, event_type, received, matched, delivered, dead, dead_events, discarded, attempts, failures,
             duration_ms, duration_buckets, duration_counts
      from statistics
      where endpoint_id = ${endpointId ?? ''} and step_seconds = ${storedSeconds} and ${conditions}
      union all
      select bucket, event_type, received, matched, delivered, dead, 0, discarded, attempts, failures, duration_ms,
             durations, array_fill(1::bigint, array[cardinality(durations)])
      from changes
      union all
      select bucket, event_type, 0, 0, 0, 0, hookline_dead_turn(event_id, bucket), 0, 0, 0, 0, '{}', '{}'
      from (select distinct event_type, event_id, bucket from changes where event_id is not null) touched
      where ${endpointId === undefined}
    ), stepped as materialized (
      select *, date_bin(${stepSeconds} * interval '1 second', bucket, 'epoch') as at from counted
    ), sums as (
      select at, sum(received)::float8 as received, sum(dead_events)::float8 as dead_events,
             sum(matched)::float8 as matched, sum(delivered)::float8 as delivered, sum(dead)::float8 as dead,
             sum(discarded)::float8 as discarded, sum(attempts)::float8 as attempts,
             sum(failures)::float8 as failures, sum(duration_ms)::float8 as duration_ms
      from stepped
      group by at
    ), histograms as (
      select at, jsonb_agg(jsonb_build_array(duration, n)) as durations
      from (
        select at, duration, sum(n) as n
        from stepped
        cross join unnest(duration_buckets, duration_counts) h(duration, n)
        group by at, duration
      ) d
      group by at
    ), providers as (
      select at, jsonb_object_agg(provider, received) as providers
      from (
        select at, ${providerOf(type)} as provider, sum(received)::float8 as received
        from stepped
        where received > 0
        group by 1, 2
      ) p
      group by at
    )
    select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, received,
           dead_events as "failedEvents", matched, delivered, dead, discarded, attempts, failures,
           duration_ms as "durationMs", coalesce(durations, '[]') as durations, coalesce(providers, '{}') as providers
    from sums
    left join histograms using (at)
    left join providers using (at)
    order by at`);
  return presentTimeline(rows as unknown as StepRow[], range, endpointId !== undefined);
}

function presentTimeline(rows: readonly StepRow[], range: TimelineRange, isOfEndpoint: boolean): Timeline {
  const totals = new Map<string, number>();
  for (const { providers } of rows) {
    for (const [provider, received] of Object.entries(providers))
      totals.set(provider, (totals.get(provider) ?? 0) + received);
  }
  return {
    startDate: range.from.toISOString(),
    endDate: range.to.toISOString(),
    stepSeconds: range.stepSeconds,
    steps: rows.map((row) => ({
      at: row.at,
      received: isOfEndpoint ? 0 : row.received,
      failedEvents: row.failedEvents,
      deliveries: row.matched,
      delivered: row.delivered,
      failed: row.dead,
      discarded: row.discarded,
      attempts: row.attempts,
      failedAttempts: row.failures,
      durations: durationsOf(new Map(row.durations), row.durationMs, row.attempts),
    })),
    byProvider: isOfEndpoint
      ? []
      : [...totals]
          .sort(([, one], [, other]) => other - one)
          .map(([provider]) => ({
            provider,
            received: rows.map(({ providers }) => providers[provider] ?? 0),
          })),
  };
}
