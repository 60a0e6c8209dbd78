import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('only as many tasks as there are slots run at once, and the others run in their order', async () => {
  const slots = createSlots(2);
  const order: string[] = [];
  const first = await slots.acquire();
  const second = await slots.acquire();
  const third = slots.acquire().then((release) => {
    order.push('third');
    return release;
  });
  const fourth = slots.acquire().then((release) => {
    order.push('fourth');
    return release;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  first();
  first(); // giving it back twice frees one slot, not two
  const release = await third;
  expect(order).toEqual(['third']);
  release();
  (await fourth)();
  second();
  expect(order).toEqual(['third', 'fourth']);
});
