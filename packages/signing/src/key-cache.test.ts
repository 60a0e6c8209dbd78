import { expect, it } from 'vitest';
import { cacheByString } from './key-cache.ts';

it('derives each key once, stays within its bound, and does not cache errors', () => {
  const derived: string[] = [];
  const get = cacheByString((key) => {
    derived.push(key);
    if (key === 'bad') throw new Error('bad');
    return { key };
  }, 2);
  expect(get('a')).toBe(get('a'));
  get('b');
  get('c');
  get('a');
  expect(derived).toEqual(['a', 'b', 'c', 'a']);
  expect(() => get('bad')).toThrow('bad');
  expect(() => get('bad')).toThrow('bad');
  expect(derived.slice(4)).toEqual(['bad', 'bad']);
});
