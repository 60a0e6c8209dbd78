import { expect, test } from 'vitest';
import { createKeyMatcher } from './key-matcher.ts';
import { SHORTCUTS } from './shortcuts.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false };
const press = (key: string, held: Partial<typeof plain> = {}) => ({ ...plain, key, ...held });

test('single keys, combinations and sequences are recognised', () => {
  const match = createKeyMatcher();
  expect(match(press('j'), 0)).toBe('next');
  expect(match(press('?'), 0)).toBe('help');
  expect(match(press(' '), 0)).toBe('pause');
  expect(match(press('k', { metaKey: true }), 0)).toBe('lookup');
  expect(match(press('k', { ctrlKey: true }), 0)).toBe('lookup');
  expect([match(press('g'), 0), match(press('e'), 100)]).toEqual([undefined, 'goEvents']);
});

test('the second key of a sequence counts alone when it comes too late, or when the sequence does not exist', () => {
  const match = createKeyMatcher();
  match(press('g'), 0);
  expect(match(press('e'), 5_000)).toBe('payload');
  match(press('g'), 6_000);
  expect(match(press('j'), 6_100)).toBe('next');
});

test('a key with Alt, or a combination of the browser, is nobody’s', () => {
  const match = createKeyMatcher();
  expect(match(press('j', { altKey: true }), 0)).toBe(undefined);
  expect(match(press('r', { ctrlKey: true }), 0)).toBe(undefined);
});

test('no two shortcuts have the same keys', () => {
  const keys = Object.values(SHORTCUTS).flatMap((each) => each.keys as readonly string[]);
  expect(new Set(keys).size).toBe(keys.length);
});
