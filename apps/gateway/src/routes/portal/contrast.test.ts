import { expect, test } from 'vitest';
import { contrastOf } from './contrast.ts';

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#FFFFFF', 1],
  ['#767676', '#ffffff', 4.54],
  ['#ff0000', '#ffffff', 4],
  ['#0000ff', '#ffffff', 8.59],
  ['#777777', '#000000', 4.69],
])('the contrast of %s and %s is %d', (a, b, contrast) => {
  expect(contrastOf(a, b)).toBeCloseTo(contrast, 2);
  expect(contrastOf(b, a)).toBeCloseTo(contrast, 2);
});
