import { expect, test } from 'vitest';
import { createRingBuffer } from './ring-buffer.ts';

test('the newest values come first, and the oldest ones make room', () => {
  const buffer = createRingBuffer<number>(3);
  expect(buffer.newest(5)).toEqual([]);
  for (const value of [1, 2]) buffer.push(value);
  expect(buffer.newest(5)).toEqual([2, 1]);
  for (const value of [3, 4, 5, 6]) buffer.push(value);
  expect([buffer.size, buffer.newest(5), buffer.newest(2)]).toEqual([3, [6, 5, 4], [6, 5]]);
  buffer.clear();
  expect([buffer.size, buffer.newest(5)]).toEqual([0, []]);
  buffer.push(7);
  expect(buffer.newest(5)).toEqual([7]);
});
