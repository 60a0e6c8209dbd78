import { expect, test } from 'vitest';
import { BoundedList, BoundedMap } from './bounded.ts';

test('a list keeps its newest entries and counts those that it forgot', () => {
  const list = new BoundedList<number>(10);
  for (let number = 1; number <= 1_000; number += 1) {
    list.add(number);
    expect(list.length).toBeLessThan(15);
  }
  expect(list.latest()).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000]);
  expect(list.latest(2)).toEqual([999, 1_000]);
  expect(list.dropped + list.length).toBe(1_000);
});

test('a map forgets what was put into it first', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
  expect([...map]).toEqual([
    ['b', 2],
    ['c', 4],
  ]);
});
