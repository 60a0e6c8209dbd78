import type { Timeline } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { timelineSeries } from './timeline-series.ts';

const step = (at: string): Timeline['steps'][number] => ({
  at,
  received: 6,
  failedEvents: 0,
  deliveries: 0,
  delivered: 0,
  failed: 0,
  discarded: 0,
  attempts: 0,
  failedAttempts: 0,
  durations: { averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null },
});
const timeline: Timeline = {
  startDate: '2026-03-01T12:00:00.000Z',
  endDate: '2026-03-01T12:15:00.000Z',
  stepSeconds: 300,
  steps: [step('2026-03-01T12:05:00.000Z')],
  byProvider: [
    { provider: 'github', received: [3] },
    { provider: 'stripe', received: [2] },
    { provider: 'app', received: [1] },
  ],
};

test('every step has a value for every provider, and the rarest providers are added up', () => {
  expect(timelineSeries(timeline, 3).providers).toEqual([
    { name: 'github', values: [0, 3, 0] },
    { name: 'stripe', values: [0, 2, 0] },
    { name: 'app', values: [0, 1, 0] },
  ]);
  expect(timelineSeries(timeline, 2).providers).toEqual([
    { name: 'github', values: [0, 3, 0] },
    { name: 'others', values: [0, 3, 0] },
  ]);
});

test('a step is found by its time', () => {
  const { timesMs, stepAt } = timelineSeries(timeline, 3);
  expect(timesMs.map((timeMs) => stepAt(timeMs)?.received)).toEqual([undefined, 6, undefined]);
});
