import { expect, test } from 'vitest';
import { MovableClock } from '../../core/clock.ts';
import { DailyQuota } from './quota.ts';

const PROJECT = 'a project';

test.each([
  ['the day in spring with 23 hours', '2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z'],
  ['the day in autumn with 25 hours', '2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
])('%s in California begins and ends with its midnights', (_name, begins, ends) => {
  const clock = new MovableClock({ startMs: Date.parse(begins), speed: 0 });
  const quota = new DailyQuota(clock);
  expect(quota.use(PROJECT, 10_000)).toBe(true);
  expect(quota.use(PROJECT, 1)).toBe(false);
  clock.set(Date.parse(ends) - 1);
  expect(quota.state(PROJECT).used).toBe(10_000);
  clock.set(Date.parse(ends));
  expect(quota.state(PROJECT).used).toBe(0);
  clock.set(Date.parse(begins) - 1);
  expect(quota.state(PROJECT).used).toBe(0);
});

test('projects have quotas of their own', () => {
  const quota = new DailyQuota(new MovableClock({ speed: 0 }));
  quota.setLimit('small', 5);
  expect(quota.use('small', 6)).toBe(false);
  expect(quota.use('small', 5)).toBe(true);
  expect(quota.use('other', 10_000)).toBe(true);
});
