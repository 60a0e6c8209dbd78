import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

const atHalf = () => 0.5;

test('ten failures in a row open the breaker, nine do not', () => {
  const breaker = createBreaker(atHalf);
  for (let n = 0; n < 9; n++) expect(breaker.note('unreachable', 0, 0)).toBeUndefined();
  expect(breaker.stateAt(0)).toBe('closed');
  expect(breaker.note('strained', 0, 0)).toBe('opened');
  expect(breaker.stateAt(999)).toBe('open');
  expect(breaker.stateAt(1_000)).toBe('half_open');
});

test('the breaker stays closed with one success in two, and opens with one in six', () => {
  const half = createBreaker(atHalf);
  for (let n = 0; n < 1_000; n++) expect(half.note(n % 2 ? 'good' : 'strained', 0, 0)).toBeUndefined();
  const sixth = createBreaker(atHalf);
  const changes = Array.from({ length: 30 }, (_, n) => sixth.note(n % 6 === 0 ? 'good' : 'strained', 0, 0));
  expect(changes).toContain('opened');
});

test('the pause doubles with each failed probe, up to 30 seconds', () => {
  const breaker = createBreaker(atHalf);
  let nowMs = 0;
  for (let n = 0; n < 10; n++) breaker.note('unreachable', nowMs, nowMs);
  const pauses: number[] = [];
  for (let n = 0; n < 8; n++) {
    const probeAtMs = breaker.probeAtMs as number;
    pauses.push(probeAtMs - nowMs);
    nowMs = probeAtMs;
    breaker.note('unreachable', nowMs, nowMs);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('failures of attempts from before the breaker opened do not extend the pause; a late success closes it', () => {
  const breaker = createBreaker(atHalf);
  for (let n = 0; n < 10; n++) breaker.note('strained', 0, 100);
  const { probeAtMs } = breaker;
  for (let n = 0; n < 10; n++) breaker.note('strained', 50, 2_000);
  expect(breaker.probeAtMs).toBe(probeAtMs);
  expect(breaker.note('answered', 50, 2_000)).toBe('closed');
  expect(breaker.stateAt(2_000)).toBe('closed');
});

test('a changed endpoint is probed at once', () => {
  const breaker = createBreaker(atHalf);
  for (let n = 0; n < 10; n++) breaker.note('unreachable', 0, 0);
  breaker.probeNow(10);
  expect(breaker.stateAt(10)).toBe('half_open');
});
