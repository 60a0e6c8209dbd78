import { expect, test } from 'vitest';
import { timelineBuckets } from './timeline-buckets.ts';

test('steps in which nothing happened are there with nothing in them', () => {
  const step = {
    received: 3,
    failedEvents: 1,
    deliveries: 0,
    delivered: 0,
    failed: 0,
    discarded: 0,
    attempts: 0,
    failedAttempts: 0,
    durations: { averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null },
  };
  const buckets = timelineBuckets(
    {
      startDate: '2026-03-01T12:00:00.000Z',
      endDate: '2026-03-01T12:15:00.000Z',
      stepSeconds: 300,
      steps: [{ ...step, at: '2026-03-01T12:05:00.000Z' }],
    },
    ({ received }) => ({ received }),
  );
  expect(buckets.map(({ counts }) => counts)).toEqual([{}, { received: 3 }, {}]);
  expect(buckets[1]).toMatchObject({
    fromMs: Date.parse('2026-03-01T12:05:00.000Z'),
    toMs: Date.parse('2026-03-01T12:10:00.000Z'),
  });
});
