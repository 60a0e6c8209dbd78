import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

test('a breaker opens at 5 failures of the last 10 calls, and not at 4', () => {
  const breaker = createBreaker();
  for (const failed of [true, false, true, false, true, false, true, false]) {
    expect(breaker.note(failed, 0)).toBeUndefined();
  }
  expect(breaker.allows(0)).toBe(true);
  expect(breaker.note(true, 0)).toBe('opened');
  expect(breaker.allows(0)).toBe(false);
});

test('failures that are more than 10 calls ago do not count', () => {
  const breaker = createBreaker();
  for (let call = 0; call < 4; call++) breaker.note(true, 0);
  for (let call = 0; call < 10; call++) breaker.note(false, 0);
  expect(breaker.note(true, 0)).toBeUndefined();
  expect(breaker.isOpen).toBe(false);
});

test('an open breaker allows one probe every 30 seconds, and closes at the first good answer', () => {
  const breaker = createBreaker();
  for (let call = 0; call < 5; call++) breaker.note(true, 1_000);
  expect(breaker.allows(30_999)).toBe(false);
  expect(breaker.allows(31_000)).toBe(true);
  expect(breaker.allows(31_000)).toBe(false);
  expect(breaker.note(true, 32_000)).toBeUndefined();
  expect(breaker.allows(61_000)).toBe(true);
  expect(breaker.note(false, 61_500)).toBe('closed');
  expect(breaker.allows(61_500)).toBe(true);
});
