import { expect, test } from 'vitest';
import { spreadOf } from './spread.ts';

test('the median of an odd and of an even number of values', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(spreadOf([5])).toEqual({ median: 5, min: 5, max: 5 });
});
