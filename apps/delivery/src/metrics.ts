import type { Database } from '@hookline/db';
import { Counter, Gauge, Histogram, LATENCY_BUCKETS, type Registry } from '@hookline/service';
import type { DueDelivery } from './pipeline/delivery/due-delivery.ts';
import type { Outcome } from './pipeline/delivery/outcome.ts';
import type { FanOutCounts } from './pipeline/fan-out/event-writer.ts';
import { LANE_STATES, type LaneState } from './pipeline/lanes/lane-decisions.ts';

export interface DeliveryGauges {
  database: Database;
  inFlight: () => number;
  waiting: () => number;
  replicas: () => number;
  lanesByState: () => Record<LaneState, number>;
  unrecorded: () => number;
  buffered: () => number;
  claimsStalledMs: () => number;
}

/** Registers gauges whose values are read each time that the metrics are read. */
export function registerDeliveryGauges(registry: Registry, sources: DeliveryGauges): void {
  const registers = [registry];
  const live: [name: string, help: string, read: () => number][] = [
    ['hookline_deliveries_in_flight', 'Requests to endpoints under way', sources.inFlight],
    ['hookline_deliveries_waiting', 'Leased deliveries that wait in memory for their lane', sources.waiting],
    [
      'hookline_replicas',
      'Replicas of delivery that this replica knows of, itself included',
      sources.replicas,
    ],
    ['hookline_outcomes_pending', 'Outcomes not yet in Postgres', sources.unrecorded],
    ['hookline_stream_buffered', 'Messages taken from the stream and not yet acknowledged', sources.buffered],
    [
      'hookline_claims_stalled_seconds',
      'How long no due delivery has been claimed from Postgres, from 30 s on; 0 while claims are made',
      () => sources.claimsStalledMs() / 1_000,
    ],
    [
      'hookline_sql_statements',
      'Statements sent by the pipeline since start',
      () => sources.database.counters.statements,
    ],
  ];
  for (const [name, help, read] of live) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  new Gauge({
    name: 'hookline_lanes',
    help: 'Endpoints that this replica has recently sent to, by the state of their lanes',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = sources.lanesByState();
      for (const state of LANE_STATES) this.set({ state }, counts[state]);
    },
  });
}

export type DeliveryMetrics = ReturnType<typeof createDeliveryMetrics>;

/** Labels have few values. A label is never an endpoint, a tenant or an event type. */
export function createDeliveryMetrics(registry: Registry) {
  const registers = [registry];
  const events = new Counter({
    name: 'hookline_events_total',
    help: 'Messages taken from the stream, by result',
    labelNames: ['result'],
    registers,
  });
  const fannedOut = new Counter({
    name: 'hookline_deliveries_created_total',
    help: 'Deliveries created by fan-out',
    registers,
  });
  const attempts = new Counter({
    name: 'hookline_attempts_total',
    help: 'Requests to endpoints, and deliveries that gave up without a request, by the status of the delivery and the error',
    labelNames: ['status', 'error'],
    registers,
  });
  const durations = new Histogram({
    name: 'hookline_attempt_duration_seconds',
    help: 'Time from the start of a request to the end of its answer',
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const latency = new Histogram({
    name: 'hookline_first_attempt_latency_seconds',
    help: 'Time from the receipt of an event to the start of the first attempt at a delivery',
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const fenced = new Counter({
    name: 'hookline_fenced_outcomes_total',
    help: 'Outcomes that were not recorded, because their lease had ended',
    registers,
  });
  const unaccounted = new Gauge({
    name: 'hookline_unaccounted_deliveries',
    help: 'accepted - delivered - dead - open, plus stream messages that are not accounted for; any value but 0 is a loss',
    registers,
  });
  unaccounted.set(0);

  return {
    handled(counts: FanOutCounts) {
      events.inc({ result: 'stored' }, counts.events);
      events.inc({ result: 'duplicate' }, counts.duplicates);
      events.inc({ result: 'malformed' }, counts.malformed);
      fannedOut.inc(counts.deliveries);
    },
    attempted(outcome: Outcome, delivery: DueDelivery) {
      if (outcome.attempt || outcome.status === 'failed')
        attempts.inc({ status: outcome.status, error: outcome.errorCode ?? 'none' });
      if (!outcome.attempt) return;
      durations.observe(outcome.attempt.durationMs / 1000);
      if (delivery.attempts === 0) {
        latency.observe(Math.max(0, outcome.attempt.startedAtMs - Date.parse(delivery.receivedAt)) / 1000);
      }
    },
    fenced: (count: number) => fenced.inc(count),
    unaccounted: (count: number) => unaccounted.set(count),
  };
}
