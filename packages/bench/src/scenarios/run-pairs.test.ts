import { expect, test } from 'vitest';
import { runPairs } from './run-pairs.ts';

test('the sides take turns at going first, and the warm-up pair is dropped', async () => {
  const order: string[] = [];
  let n = 0;
  const side = (name: string) => async (warmUp: boolean) => {
    order.push(warmUp ? `${name} to warm up` : name);
    return `${name} ${n++}`;
  };
  const pairs = await runPairs(2, { bare: side('bare'), ours: side('ours') }, () => {});
  expect(order).toEqual(['bare to warm up', 'ours to warm up', 'ours', 'bare', 'bare', 'ours']);
  expect(pairs).toEqual([
    { bare: 'bare 3', ours: 'ours 2' },
    { bare: 'bare 4', ours: 'ours 5' },
  ]);
});
