import { expect, test } from 'vitest';
import { reconnectHintMs } from './reconnect-hint.ts';

test('clients of a replica that ends are spread over the time that another one needs to take them', () => {
  expect([0, 0.5, 1].map((random) => reconnectHintMs(4200, 10_000, 500, random))).toEqual([
    0, 10_000, 20_000,
  ]);
  expect(reconnectHintMs(4200, 3, 500, 1)).toBe(1_000);
  expect(reconnectHintMs(4201, 1_000_000, 500, 1)).toBe(30_000);
});

test('a client that was cut off for a reason waits for one to five seconds', () => {
  expect([0, 1].map((random) => reconnectHintMs(4108, 10_000, 500, random))).toEqual([1_000, 5_000]);
});
