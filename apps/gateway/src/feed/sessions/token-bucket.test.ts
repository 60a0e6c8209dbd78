import { expect, test } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

test('a bucket allows a burst, then a number of tokens a second', () => {
  let now = 0;
  const bucket = createTokenBucket({ perSecond: 10, burst: 20 }, () => now);
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
