import { expect, test } from 'vitest';
import { countOf } from './bulk-change.ts';

test('a count is said with its noun, and a lower bound as one', () => {
  expect(countOf(1, true, 'event')).toBe('1 event');
  expect(countOf(3_412, true, 'event')).toBe('3,412 events');
  expect(countOf(100_000, false, 'delivery')).toBe('100,000 deliveries or more');
  expect(countOf(0, true, 'dead letter')).toBe('0 dead letters');
});
