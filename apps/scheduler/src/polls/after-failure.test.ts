import { expect, test } from 'vitest';
import { QuotaExhaustedError } from '../provider-api/quota-book.ts';
import { phaseOf } from '../tasks/grid.ts';
import { nextDueMs } from '../tasks/next-due.ts';
import { afterError, afterVerdict } from './after-failure.ts';

const task = { failures: 0 };

test('only a missing permission lets a poll rest; no failure of the provider does', () => {
  const verdicts = [
    'unauthorized',
    'missing-scope',
    'rate-limited',
    'quota-exhausted',
    'no-access',
    'gone',
    'failed',
  ] as const;
  const resting = verdicts.filter((verdict) => afterVerdict({ verdict }, 500, task).next.at === 'paused');
  expect(resting).toEqual(['missing-scope']);
});

test('limits of the provider do not count as failures of a poll', () => {
  for (const verdict of ['rate-limited', 'quota-exhausted'] as const) {
    expect(afterVerdict({ verdict }, 429, task).ended).toBe('excused');
  }
  expect(afterVerdict({ verdict: 'failed' }, 503, task).ended).toBe('failed');
});

test('a failure is tried again after the time that the provider wants, if that is longer', () => {
  expect(afterVerdict({ verdict: 'failed', retryAfterSeconds: 300 }, 503, task).next).toEqual({
    at: 'soon',
    afterSeconds: 300,
  });
  expect(afterVerdict({ verdict: 'failed' }, 503, { failures: 2 }).next).toEqual({
    at: 'soon',
    afterSeconds: 240,
  });
});

test('polls that wait for a short quota look again at different times, and never before it has room', () => {
  const nowMs = 1_764_547_200_000;
  const { next } = afterError(new QuotaExhaustedError('slack/history', 60), task) ?? {};
  if (next === undefined) throw new Error('nothing follows');
  const waits = Array.from({ length: 200 }, (_, index) => {
    const phase = phaseOf(`tsk_${index}`);
    const missed = { kind: 'poll', intervalSeconds: 14_400, stretch: 1, phase, losesAfterSeconds: null };
    return (nextDueMs({ ...missed, lastRunMs: nowMs - 7_200_000 }, next, nowMs) - nowMs) / 1_000;
  });
  const early = waits.filter((wait) => wait < 60);
  // Their next due time is earlier.
  expect(early.length).toBeLessThan(10);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60 + 1_440);
  expect(new Set(waits).size).toBeGreaterThan(190);
});

test('polls that wait for the quota of another day run at their own due times after it has begun', () => {
  expect(afterError(new QuotaExhaustedError('youtube/units', 40_000), task)?.next).toEqual({
    at: 'grid',
    notBeforeSeconds: 40_000,
  });
});

test('of an error that nothing is known of nothing follows', () => {
  expect(afterError(new Error('socket hang up'), task)).toBeUndefined();
});
