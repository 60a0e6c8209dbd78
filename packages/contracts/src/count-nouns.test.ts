import { expect, test } from 'vitest';
import { countNouns } from './count-nouns.ts';

test('only one of a thing has the singular', () => {
  expect([0, 1, 2].map((count) => countNouns(count, 'attempt'))).toEqual([
    '0 attempts',
    '1 attempt',
    '2 attempts',
  ]);
  expect(countNouns(1, 'delivery', 'deliveries')).toBe('1 delivery');
  expect(countNouns(3, 'delivery', 'deliveries')).toBe('3 deliveries');
});
