import { ownProviderOf, type Statistics } from '@hookline/contracts';
import { nameEvent } from '@hookline/providers';
import { durationsOf } from '../../operations/statistics/percentiles.ts';
import {
  type Counts,
  type StatisticsRead,
  sumOf,
  type TypeCounts,
} from '../../operations/statistics/read-statistics.ts';

export function presentStatistics({ byType, total, durations }: StatisticsRead): Statistics {
  const events = stateOfEvents(total);
  return {
    summary: {
      totalEvents: events.total,
      processedEvents: events.processed,
      pendingEvents: events.pending,
      failedEvents: events.failed,
      successRate: percent(events.processed, events.total),
      avgProcessingTimeMs: averageOf(total),
    },
    byEvent: presentTypes(byType),
    deliveries: {
      total: total.matched,
      delivered: total.delivered,
      failed: total.dead,
      discarded: total.discarded,
      open: openOf(total),
      attempts: total.attempts,
      failedAttempts: total.failures,
      durations: durationsOf(durations, total.durationMs, total.attempts),
    },
  };
}

/** The counters of one endpoint. */
export function presentEndpointStats({ total, retrying: retryingNow, durations: counted }: StatisticsRead) {
  // A delivery that has waited longer than statistics are kept is in none of the other counters.
  const retrying = Math.min(retryingNow, openOf(total));
  const durations = durationsOf(counted, total.durationMs, total.attempts);
  return {
    total: total.matched,
    success: total.delivered,
    failed: total.dead,
    discarded: total.discarded,
    pending: openOf(total) - retrying,
    retrying,
    successRate: percent(total.delivered, total.delivered + total.dead + total.discarded),
    attempts: total.attempts,
    failedAttempts: total.failures,
    avgResponseTimeMs: durations.averageMs,
    durations,
  };
}

/** An event has one state, however many deliveries it has: the state of its worst delivery. */
export function stateOfEvents(counts: Counts) {
  const failed = counts.deadEvents;
  const pending = counts.retryingEvents + counts.sendingEvents + counts.pendingEvents;
  return { total: counts.received, failed, pending, processed: counts.received - failed - pending };
}

/** The average duration of an attempt in ms. */
export const averageOf = ({ durationMs, attempts }: Counts): number =>
  attempts === 0 ? 0 : Math.round(durationMs / attempts);

const openOf = ({ matched, delivered, dead, discarded }: Counts) => matched - delivered - dead - discarded;
const percent = (part: number, whole: number) => (whole === 0 ? 100 : (100 * part) / whole).toFixed(2);

const nameOf = (type: string) => nameEvent(type) ?? { provider: ownProviderOf(type) ?? 'app', event: type };

/** Adds up the types that a provider has for the actions of one event. The most received event comes first. */
function presentTypes(byType: readonly TypeCounts[]): Statistics['byEvent'] {
  const named = byType
    .filter(({ received }) => received > 0)
    .map((counts) => ({ ...nameOf(counts.eventType), counts }));
  const groups = Map.groupBy(named, ({ provider, event }) => `${provider} ${event}`);
  return [...groups.values()]
    .map((group) => {
      const { provider, event } = group[0] as (typeof named)[number];
      const counts = sumOf(group.map((each) => each.counts));
      const { total, processed, failed } = stateOfEvents(counts);
      return { event, provider, total, processed, failed, avgProcessingTimeMs: averageOf(counts) };
    })
    .sort((a, b) => b.total - a.total);
}
