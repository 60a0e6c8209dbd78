import { expect, test } from 'vitest';
import { createRejectionBudget } from './rejection-budget.ts';

test('each source has its own budget per minute', () => {
  const budget = createRejectionBudget(2, 100);
  const take = (key: string, nowMs: number) => budget.take(key, true, nowMs);
  expect([take('src_1', 0), take('src_1', 1), take('src_1', 2)]).toEqual([true, true, false]);
  expect(take('src_2', 3)).toBe(true);
  expect(take('src_1', 59_999)).toBe(false);
  expect(take('src_1', 60_000)).toBe(true);
});

test('addresses without a source share one budget, which is separate from the budgets of sources', () => {
  const budget = createRejectionBudget(60, 10);
  const kept = Array.from({ length: 50 }, (_, index) => budget.take(`github user${index}`, false, 0));
  expect(kept.filter(Boolean)).toHaveLength(10);
  expect(budget.take('src_1', true, 0)).toBe(true);
});
