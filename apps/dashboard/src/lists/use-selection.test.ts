import { expect, test } from 'vitest';
import { toggleIn } from './use-selection.ts';

const ORDER = ['a', 'b', 'c', 'd'];
const toggle = (ids: string[], id: string, from?: string) =>
  [...toggleIn(new Set(ids), ORDER, id, from)].sort();

test('a row is chosen, and no longer when it is chosen again', () => {
  expect(toggle([], 'b')).toEqual(['b']);
  expect(toggle(['b', 'c'], 'b')).toEqual(['c']);
});

test('a range is chosen in both directions, and gets the state of the row at which it ends', () => {
  expect(toggle(['a'], 'c', 'a')).toEqual(['a', 'b', 'c']);
  expect(toggle(['d'], 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(toggle(['a', 'b', 'c'], 'c', 'a')).toEqual([]);
});

test('a range from a row that has left the list is the one row', () => {
  expect(toggle([], 'c', 'gone')).toEqual(['c']);
});
