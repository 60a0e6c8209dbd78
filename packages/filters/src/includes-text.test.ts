import { expect, test } from 'vitest';
import { startEvaluation } from './evaluation.ts';
import { includesText } from './includes-text.ts';

test('includesText agrees with String.includes, also for repetitive texts', () => {
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const make = (length: number) => Array.from({ length }, () => 'ab'[next(2)]).join('');
  let found = 0;
  for (let n = 0; n < 100; n++) {
    const text = make(3_000);
    const part = next(2) === 0 ? text.slice(next(100), 100 + next(2_800)) : make(9 + next(20));
    const expected = text.includes(part);
    expect(includesText(text, part, startEvaluation({}))).toBe(expected);
    if (expected) found++;
  }
  expect(found).toBeGreaterThan(20);
  expect(found).toBeLessThan(100);
});
