import { expect, test } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const entry = (owner: string, key: string, n = 0) => ({ job: { owner, key }, n });
const everyone = () => true;

test('owners take turns, then the keys of an owner, and the jobs of a key run in their order', () => {
  const queue = createFairQueue<ReturnType<typeof entry>>();
  for (let n = 0; n < 3; n++) for (const key of ['a1', 'a2']) queue.push(entry('a', key, n));
  queue.push(entry('b', 'b1'));
  const order: string[] = [];
  for (let next = queue.take(everyone); next; next = queue.take(everyone))
    order.push(`${next.job.key} ${next.n}`);
  expect(order).toEqual(['a1 0', 'b1 0', 'a2 0', 'a1 1', 'a2 1', 'a1 2', 'a2 2']);
  expect(queue.size).toBe(0);
});

test('an owner that is skipped keeps its turn, and removing jobs does not change the turns of the others', () => {
  const queue = createFairQueue<ReturnType<typeof entry>>();
  for (const [owner, key] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
    ['c', 'c1'],
  ] as const)
    queue.push(entry(owner, key));
  expect(queue.take((owner) => owner !== 'a')?.job.key).toBe('b1');
  expect(queue.takeWhere(({ job }) => job.key === 'a1').map(({ job }) => job.key)).toEqual(['a1']);
  expect(queue.size).toBe(2);
  expect(
    [queue.take(everyone), queue.take(everyone), queue.take(everyone)].map((each) => each?.job.key),
  ).toEqual(['a2', 'c1', undefined]);
});
