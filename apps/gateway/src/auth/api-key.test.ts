import { checkApiKey } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { hashSecret, makeApiKey } from './api-key.ts';

test('keys pass the check that anybody can make, and never repeat', () => {
  const keys = Array.from({ length: 1_000 }, () => makeApiKey('tenant'));
  expect(new Set(keys).size).toBe(1_000);
  for (const key of keys) expect(checkApiKey(key)).toBe('valid');
  expect(makeApiKey('operator')).toMatch(/^hl_operator_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/);
});

test('the hash of a key is 32 bytes of its own', () => {
  const [one, two] = [hashSecret(makeApiKey('tenant')), hashSecret(makeApiKey('tenant'))];
  expect([one.length, one.equals(two)]).toEqual([32, false]);
});
