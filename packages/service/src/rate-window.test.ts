import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRateWindow, rateLimitHeaders } from './rate-window.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const quota = { name: 'ip', limit: 1, windowSeconds: 60 };

test('each key has its limit, and the window ends for all of it at once', () => {
  const rate = createRateWindow({ limit: 2, windowMs: 60_000 });
  expect(rate.look('a')).toEqual({
    quota: { ...quota, limit: 2 },
    count: 0,
    remaining: 2,
    resetSeconds: 60,
    exceeded: false,
  });
  expect(rate.take('a')).toEqual({
    quota: { ...quota, limit: 2 },
    count: 1,
    remaining: 1,
    resetSeconds: 60,
    exceeded: false,
  });
  vi.advanceTimersByTime(45_000);
  expect(rate.take('a')).toEqual({
    quota: { ...quota, limit: 2 },
    count: 2,
    remaining: 0,
    resetSeconds: 15,
    exceeded: false,
  });
  expect(rate.look('a').exceeded).toBe(true);
  expect(rate.take('a')).toMatchObject({ remaining: 0, exceeded: true });
  expect(rate.take('b').exceeded).toBe(false);
  vi.advanceTimersByTime(15_001);
  expect(rate.take('a')).toMatchObject({ remaining: 1, exceeded: false });
});

test.each([-3_600_000, 3_600_000])(
  'a wall clock that jumps by %i ms neither ends a window nor prolongs it',
  (jumpMs) => {
    const rate = createRateWindow({ limit: 1, windowMs: 60_000 });
    rate.take('a');
    vi.setSystemTime(Date.now() + jumpMs);
    expect(rate.look('a')).toEqual({ quota, count: 1, remaining: 0, resetSeconds: 60, exceeded: true });
    vi.advanceTimersByTime(60_001);
    expect(rate.look('a').exceeded).toBe(false);
  },
);

test('looking counts nothing', () => {
  const rate = createRateWindow({ limit: 1, windowMs: 60_000 });
  for (let index = 0; index < 10; index++) expect(rate.look('a').exceeded).toBe(false);
});

test('many keys push out those that were not seen for longest, never the memory', () => {
  const rate = createRateWindow({ limit: 1, windowMs: 60_000, maxKeys: 3 });
  for (const key of ['a', 'b', 'c']) rate.take(key);
  rate.take('a');
  rate.take('d');
  expect(rate.look('a').exceeded).toBe(true);
  expect(rate.look('b').exceeded).toBe(false);
});

test('the fields name the limit, the window, what is left and the end of the window', () => {
  const rate = createRateWindow({ name: 'source', limit: 2, windowMs: 60_000 });
  rate.take('a');
  vi.advanceTimersByTime(15_000);
  expect(rateLimitHeaders(rate.look('a'))).toEqual({
    'ratelimit-policy': '"source";q=2;w=60',
    ratelimit: '"source";r=1;t=45',
  });
});
