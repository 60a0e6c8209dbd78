import type { MonitoringUpdate, ReplicaReport, ServiceName } from '@hookline/contracts';

/** A report, and when it arrived by the monotonic clock, in ms. */
export interface ReceivedReport {
  report: ReplicaReport;
  at: number;
}

/** The last report of each replica, by its service and id. */
export type Reports = ReadonlyMap<string, ReceivedReport>;

const SERVICES: readonly ServiceName[] = ['ingest', 'delivery', 'scheduler', 'gateway'];

/**
 * Builds an update from the last reports, and from those before them. A replica that has just started has no rates yet.
 * @param at RFC 3339
 */
export function buildUpdate(current: Reports, previous: Reports, at: string): MonitoringUpdate {
  const replicas = [...current.values()].map(({ report }) => report);
  const total = (name: string) => replicas.reduce((sum, { metrics }) => sum + (metrics[name] ?? 0), 0);
  /** The growth of a counter since the report before, over all replicas, and per second. */
  const growth = (name: string) => {
    let grown = 0;
    let perSecond = 0;
    for (const [key, { report, at: now }] of current) {
      const before = previous.get(key);
      if (!before || now <= before.at) continue;
      const delta = Math.max(0, (report.metrics[name] ?? 0) - (before.report.metrics[name] ?? 0));
      grown += delta;
      perSecond += (delta * 1_000) / (now - before.at);
    }
    return { grown, perSecond: round(perSecond) };
  };
  /** The mean of a histogram of seconds, in ms. */
  const meanMs = (name: string) => {
    const count = growth(`${name}_count`).grown;
    return count === 0 ? null : round((growth(`${name}_sum`).grown / count) * 1_000);
  };
  const ready = (service: ServiceName) =>
    replicas.some((each) => each.service === service && each.ready) ? 'ready' : 'not_ready';

  return {
    at,
    services: Object.fromEntries(SERVICES.map((name) => [name, ready(name)])) as MonitoringUpdate['services'],
    rates: {
      requests: growth('ingest_requests_total').perSecond,
      events: growth('events_total{stored}').perSecond,
      attempts: growth('attempt_duration_seconds_count').perSecond,
      delivered: growth('attempts_total{success}').perSecond,
      feedMessages: growth('feed_frames_total').perSecond,
    },
    depths: {
      publishing: total('ingest_pending'),
      journal: total('ingest_journal_events'),
      buffered: total('stream_buffered'),
      waiting: total('deliveries_waiting'),
      inFlight: total('deliveries_in_flight'),
      outcomes: total('outcomes_pending'),
    },
    lags: {
      firstAttemptMs: meanMs('first_attempt_latency_seconds'),
      attemptMs: meanMs('attempt_duration_seconds'),
      feedMs: meanMs('feed_lag_seconds'),
    },
    lanes: sumByLabel(replicas, 'lanes'),
    connections: {
      ws: total('feed_connections{ws}'),
      sse: total('feed_connections{sse}'),
      socketio: total('feed_connections{socketio}'),
      subscriptions: total('feed_subscriptions'),
    },
    // Each replica counts the whole installation.
    unaccountedDeliveries: Math.max(
      0,
      ...replicas.map(({ metrics }) => metrics['unaccounted_deliveries'] ?? 0),
    ),
    replicas,
  };
}

function sumByLabel(replicas: readonly ReplicaReport[], name: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { metrics } of replicas) {
    for (const [key, value] of Object.entries(metrics)) {
      if (!key.startsWith(`${name}{`)) continue;
      const label = key.slice(name.length + 1, -1);
      sums[label] = (sums[label] ?? 0) + value;
    }
  }
  return sums;
}

const round = (value: number) => Math.round(value * 100) / 100;
