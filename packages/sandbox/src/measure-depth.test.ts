import { expect, test } from 'vitest';
import { measureDepth } from './measure-depth.ts';

test.each([
  ['1', 0],
  ['{}', 1],
  ['[[],[[]]]', 3],
  ['{"[{":"\\"[[","b":["\\\\",{"c":[]}]}', 4],
  [`${'['.repeat(400_000)}${']'.repeat(400_000)}`, 400_000],
])('only brackets outside of texts count: %.30s', (json, depth) => {
  expect(measureDepth(json)).toBe(depth);
});
