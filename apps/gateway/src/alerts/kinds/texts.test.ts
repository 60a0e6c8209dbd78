import { expect, test } from 'vitest';
import { count, duration, minute } from './texts.ts';

test.each([
  [0, '0 seconds'],
  [1.9, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [3_600, '60 minutes'],
  [7_199, '119 minutes'],
  [7_200, '2 hours'],
  [172_799, '47 hours'],
  [172_800, '2 days'],
])('%d seconds are told as "%s"', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('a number is told with its unit and with separators', () => {
  expect([count(1, 'delivery', 'deliveries'), count(12_345, 'delivery', 'deliveries')]).toEqual([
    '1 delivery',
    '12,345 deliveries',
  ]);
});

test('a time is told to the minute, in UTC', () => {
  expect(minute('2026-12-01T12:03:04.567Z')).toBe('2026-12-01 12:03 UTC');
});
