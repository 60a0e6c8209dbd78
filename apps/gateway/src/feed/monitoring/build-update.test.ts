import type { ReplicaReport, ServiceName } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { buildUpdate, type Reports } from './build-update.ts';

type Given = [service: ServiceName, replica: string, metrics: Record<string, number>, ready?: boolean];

function reports(at: number, ...given: Given[]): Reports {
  return new Map(
    given.map(([service, replica, metrics, ready = true]) => {
      const report: ReplicaReport = {
        service,
        replica,
        uptimeSeconds: 1,
        memoryBytes: 1,
        ready,
        failing: [],
        metrics,
      };
      return [`${service} ${replica}`, { report, at }];
    }),
  );
}

test('rates are the growth of all replicas per second, whatever the time between two reports', () => {
  const before = reports(
    1_000,
    ['ingest', 'a', { ingest_requests_total: 100 }],
    ['ingest', 'b', { ingest_requests_total: 10 }],
  );
  const now = reports(
    3_000,
    ['ingest', 'a', { ingest_requests_total: 160 }],
    ['ingest', 'b', { ingest_requests_total: 30 }],
    // It has just started.
    ['ingest', 'c', { ingest_requests_total: 1_000 }],
  );
  expect(buildUpdate(now, before, 'now').rates.requests).toBe(40);
});

test('a counter that began again at 0 has no negative rate', () => {
  const before = reports(0, ['delivery', 'a', { 'events_total{stored}': 100 }]);
  const now = reports(1_000, ['delivery', 'a', { 'events_total{stored}': 5 }]);
  expect(buildUpdate(now, before, 'now').rates.events).toBe(0);
});

test('depths, lanes and connections are sums, and lags are means of what was measured meanwhile', () => {
  const metrics = { attempt_duration_seconds_sum: 10, attempt_duration_seconds_count: 100 };
  const before = reports(0, ['delivery', 'a', metrics]);
  const now = reports(
    1_000,
    [
      'delivery',
      'a',
      {
        attempt_duration_seconds_sum: 11,
        attempt_duration_seconds_count: 110,
        deliveries_waiting: 2,
        'lanes{open}': 1,
        'lanes{healthy}': 5,
      },
    ],
    ['delivery', 'b', { deliveries_waiting: 3, 'lanes{open}': 1, unaccounted_deliveries: 4 }],
    ['gateway', 'c', { 'feed_connections{ws}': 7, 'feed_connections{sse}': 1, feed_subscriptions: 9 }],
  );
  const update = buildUpdate(now, before, 'now');
  expect(update.depths.waiting).toBe(5);
  expect(update.lanes).toEqual({ open: 2, healthy: 5 });
  expect(update.lags).toEqual({ firstAttemptMs: null, attemptMs: 100, feedMs: null });
  expect(update.connections).toEqual({ ws: 7, sse: 1, socketio: 0, subscriptions: 9 });
  expect(update.unaccountedDeliveries).toBe(4);
});

test('a service is ready while one of its replicas is, and a service that does not answer is not', () => {
  const now = reports(0, ['ingest', 'a', {}, false], ['ingest', 'b', {}], ['delivery', 'c', {}, false]);
  expect(buildUpdate(now, new Map(), 'now').services).toEqual({
    ingest: 'ready',
    delivery: 'not_ready',
    scheduler: 'not_ready',
    gateway: 'not_ready',
  });
});
