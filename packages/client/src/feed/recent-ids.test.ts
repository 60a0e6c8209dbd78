import { expect, test } from 'vitest';
import { createRecentIds } from './recent-ids.ts';

test('an id is new once, until newer ids have displaced it', () => {
  const ids = createRecentIds(2);
  expect(['a', 'a', 'b', 'a'].map((id) => ids.add(id))).toEqual([true, false, true, false]);
  expect(ids.add('c')).toBe(true);
  expect(ids.add('b')).toBe(false);
  expect(ids.add('a')).toBe(true);
});
