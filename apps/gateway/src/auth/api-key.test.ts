import { expect, test } from 'vitest';
import { apiKeyPrefix, hashApiKey, isApiKey, makeApiKey } from './api-key.ts';

test('keys have the documented form and never repeat', () => {
  const keys = Array.from({ length: 1_000 }, makeApiKey);
  expect(new Set(keys).size).toBe(1_000);
  for (const key of keys) expect(isApiKey(key)).toBe(true);
  expect(keys[0]).toMatch(/^hl_[0-9A-Za-z]{40}$/);
});

test('the prefix shows a small part of the key, and the hash shows nothing', () => {
  const key = makeApiKey();
  expect(apiKeyPrefix(key)).toBe(key.slice(0, 9));
  expect(hashApiKey(key)).toHaveLength(32);
});

test.each(['', 'hl_', 'hl_short', `hl_${'a'.repeat(32)}-`, `sk_${'a'.repeat(40)}`, `hl_${'a'.repeat(200)}`])(
  '"%s" does not have the form of a key',
  (text) => {
    expect(isApiKey(text)).toBe(false);
  },
);
