import { expect, test } from 'vitest';
import { reconnectDelayMs, reconnectPolicyAfter } from './reconnect-delay.ts';

const limits = { firstDelayMs: 500, longestDelayMs: 30_000 };

test('a close code decides whether and when the client reconnects', () => {
  expect([4001, 4002].map(reconnectPolicyAfter)).toEqual(['never', 'never']);
  expect([4101, 4108, 4109].map(reconnectPolicyAfter)).toEqual(['later', 'later', 'later']);
  expect([4200, 4201].map(reconnectPolicyAfter)).toEqual(['at_once', 'at_once']);
  expect([1000, 1001, 1006, 1009, 4300].map(reconnectPolicyAfter)).toEqual(Array(5).fill('later'));
});

test('the wait doubles up to the longest and is spread by half', () => {
  const ceilings = [0, 1, 2, 3, 10, 1_000].map((attempt) => reconnectDelayMs('later', attempt, limits, 1));
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000]);
  expect(reconnectDelayMs('later', 2, limits, 0)).toBe(1_000);
});

test('an immediate reconnect takes up to a quarter of a second, only the first time', () => {
  expect(reconnectDelayMs('at_once', 0, limits, 1)).toBe(250);
  expect(reconnectDelayMs('at_once', 3, limits, 1)).toBe(4_000);
});
