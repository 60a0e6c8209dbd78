import type { Transaction } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';
import type { Histogram } from './percentiles.ts';

export interface StatisticsScope {
  /** undefined: all tenants. */
  tenant: string | undefined;
  /** undefined: all, and events themselves. */
  endpointId?: string | undefined;
  /** undefined: for as long as statistics are kept. */
  hours?: number | undefined;
}

/** Of the events of one type. */
export interface TypeStatistics {
  eventType: string;
  received: number;
  matched: number;
  delivered: number;
  dead: number;
  discarded: number;
  attempts: number;
  failures: number;
  durationMs: number;
  durations: Histogram;
}

const FINE_HOURS = 48;

/** By event type, the most received first. One statement, one snapshot: a change is counted once, added up or not. */
export async function readStatistics(
  transaction: Transaction,
  { tenant, endpointId, hours }: StatisticsScope,
): Promise<TypeStatistics[]> {
  const stepSeconds = hours !== undefined && hours <= FINE_HOURS ? 300 : 3600;
  const since =
    hours === undefined
      ? sql`'-infinity'::timestamptz`
      : sql`date_bin(${stepSeconds} * interval '1 second', now() - ${hours} * interval '1 hour', 'epoch')`;
  const conditions: SQL[] = [sql`bucket >= ${since}`];
  if (tenant !== undefined) conditions.push(sql`tenant_id = ${tenant}`);
  if (endpointId !== undefined) conditions.push(sql`endpoint_id = ${endpointId}`);
  const where = sql.join(conditions, sql` and `);
  const { rows } = await transaction.execute(sql`
    with s as materialized (
      select event_type, received, matched, delivered, dead, discarded, attempts, failures, duration_ms,
             duration_buckets, duration_counts
      from statistics
      where step_seconds = ${stepSeconds} and ${where}
      union all
      select event_type, received, matched, delivered, dead, discarded, attempts, failures, duration_ms,
             durations, array_fill(1::bigint, array[cardinality(durations)])
      from statistics_changes
      where ${where}
    ), histograms as (
      select event_type, jsonb_object_agg(duration, n) as durations
      from (
        select s.event_type, h.duration, sum(h.n) as n
        from s
        cross join unnest(s.duration_buckets, s.duration_counts) h(duration, n)
        group by 1, 2
      ) counted
      group by 1
    )
    select event_type as "eventType", sum(received)::float8 as received, sum(matched)::float8 as matched,
           sum(delivered)::float8 as delivered, sum(dead)::float8 as dead, sum(discarded)::float8 as discarded,
           sum(attempts)::float8 as attempts, sum(failures)::float8 as failures,
           sum(duration_ms)::float8 as "durationMs",
           (select h.durations from histograms h where h.event_type = s.event_type) as durations
    from s
    group by event_type
    order by received desc, event_type`);
  return rows.map((row) => ({
    ...(row as unknown as TypeStatistics),
    durations: new Map(
      Object.entries((row['durations'] ?? {}) as Record<string, number>).map(([bucket, n]) => [
        Number(bucket),
        n,
      ]),
    ),
  }));
}

/** All types together. */
export function sumOf(all: readonly TypeStatistics[]): Omit<TypeStatistics, 'eventType'> {
  const total = {
    received: 0,
    matched: 0,
    delivered: 0,
    dead: 0,
    discarded: 0,
    attempts: 0,
    failures: 0,
    durationMs: 0,
  };
  const durations = new Map<number, number>();
  for (const each of all) {
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += each[name];
    for (const [bucket, n] of each.durations) durations.set(bucket, (durations.get(bucket) ?? 0) + n);
  }
  return { ...total, durations };
}
