import { expect, test } from 'vitest';
import { rateLimitField, rateLimitPolicyField } from './rate-limit-fields.ts';
import { createTokenBucket, createTokenBuckets } from './token-buckets.ts';

const quota = { name: 'key', limit: 600, windowSeconds: 60 };

test('a bucket gives its whole quota at once, then one call for each part of the window, and says when', () => {
  let nowMs = 0;
  const buckets = createTokenBuckets(quota, { now: () => nowMs });
  for (let left = 599; left >= 0; left--) {
    expect(buckets.take('a')).toMatchObject({ remaining: left, retryAfterSeconds: undefined });
  }
  expect(buckets.take('a')).toEqual({ quota, remaining: 0, fullInSeconds: 60, retryAfterSeconds: 1 });
  // Ten calls a second.
  nowMs += 99;
  expect(buckets.take('a').retryAfterSeconds).toBe(1);
  nowMs += 1;
  expect(buckets.take('a').retryAfterSeconds).toBe(undefined);
  expect(buckets.take('a').retryAfterSeconds).toBe(1);
  nowMs += 30_000;
  expect(buckets.take('a')).toMatchObject({ remaining: 299, fullInSeconds: 31 });
  nowMs += 3_600_000;
  expect(buckets.take('a')).toMatchObject({ remaining: 599, fullInSeconds: 1 });
});

test('a refused call takes nothing, so a caller that goes on asking is accepted as soon as one that waits', () => {
  let nowMs = 0;
  const buckets = createTokenBuckets({ ...quota, limit: 1 }, { now: () => nowMs });
  buckets.take('a');
  for (; nowMs < 60_000; nowMs += 1_000) expect(buckets.take('a').retryAfterSeconds).toBe(60 - nowMs / 1_000);
  expect(buckets.take('a').retryAfterSeconds).toBe(undefined);
});

test('keys have buckets of their own', () => {
  const buckets = createTokenBuckets({ ...quota, limit: 1 }, { now: () => 0 });
  expect(buckets.take('a').retryAfterSeconds).toBe(undefined);
  expect(buckets.take('a').retryAfterSeconds).toBe(60);
  expect(buckets.take('b').retryAfterSeconds).toBe(undefined);
});

test('more keys than fit push out the ones that were used longest ago', () => {
  const buckets = createTokenBuckets({ ...quota, limit: 1 }, { maxKeys: 2, now: () => 0 });
  for (const key of ['a', 'b', 'c']) buckets.take(key);
  expect(buckets.take('c').retryAfterSeconds).toBe(60);
  expect(buckets.take('a').retryAfterSeconds).toBe(undefined);
});

test('whatever the rate of calls, no window accepts more than twice the quota, and Retry-After keeps its word', () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let run = 0; run < 300; run++) {
    const [limit, windowSeconds] = [1 + random(20), 1 + random(30)];
    const longestPauseMs = 1 + random(20_000);
    let nowMs = 0;
    const buckets = createTokenBuckets({ name: 'k', limit, windowSeconds }, { now: () => nowMs });
    const acceptedAt: number[] = [];
    for (let call = 0; call < 100; call++) {
      nowMs += random(longestPauseMs);
      const { retryAfterSeconds, remaining, fullInSeconds } = buckets.take('a');
      expect(remaining).toBeGreaterThanOrEqual(0);
      expect(fullInSeconds).toBeLessThanOrEqual(windowSeconds);
      if (retryAfterSeconds !== undefined) {
        nowMs += retryAfterSeconds * 1_000;
        expect(buckets.take('a').retryAfterSeconds).toBe(undefined);
      }
      acceptedAt.push(nowMs);
      const inWindow = acceptedAt.filter((at) => at > nowMs - windowSeconds * 1_000);
      expect(inWindow.length).toBeLessThanOrEqual(2 * limit);
    }
  }
});

test('the fields have the form of the draft', () => {
  const buckets = createTokenBuckets(quota, { now: () => 0 });
  const perAddress = { name: 'ip', limit: 10, windowSeconds: 1 };
  expect(rateLimitPolicyField([quota, perAddress])).toBe('"key";q=600;w=60, "ip";q=10;w=1');
  expect(rateLimitField([buckets.take('a'), createTokenBuckets(perAddress).take('b')])).toBe(
    '"key";r=599;t=1, "ip";r=9;t=1',
  );
});

test('a single bucket allows a burst, then a number of tokens a second', () => {
  let now = 0;
  const bucket = createTokenBucket({ limit: 20, windowSeconds: 2 }, () => now);
  const takeAll = () => {
    let taken = 0;
    while (bucket.take()) taken++;
    return taken;
  };
  expect(takeAll()).toBe(20);
  now = 1_000;
  expect(takeAll()).toBe(10);
  now = 60_000;
  expect(takeAll()).toBe(20);
});
