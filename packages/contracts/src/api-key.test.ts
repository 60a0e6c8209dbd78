import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { API_KEY_ALPHABET, apiKeyPrefix, checkApiKey, formatApiKey } from './api-key.ts';

const RANDOM = 'k'.repeat(32);
const KEY = formatApiKey('tenant', RANDOM);

test('a key has the documented form, and its check is the CRC-32 of zlib in base 62', () => {
  expect(KEY).toMatch(/^hl_tenant_k{32}_[0-9A-Za-z]{6}$/);
  const check = [...KEY.slice(-6)].reduce((sum, char) => sum * 62 + API_KEY_ALPHABET.indexOf(char), 0);
  expect(check).toBe(crc32(KEY.slice(0, -7)));
  expect(checkApiKey(KEY)).toBe('valid');
  expect(checkApiKey(formatApiKey('operator', RANDOM))).toBe('valid');
});

test('every key with one wrong character, or with two neighbours exchanged, is known to be mistyped', () => {
  const key = formatApiKey('operator', 'aZ09bY18cX27dW36eV45fU54gT63hS72');
  for (let at = 'hl_operator_'.length; at < key.length; at++) {
    if (key[at] === '_') continue;
    const other = key[at] === 'x' ? 'y' : 'x';
    expect(checkApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe('mistyped');
    const next = key[at + 1];
    if (next === undefined || next === '_' || next === key[at]) continue;
    expect(checkApiKey(`${key.slice(0, at)}${next}${key[at]}${key.slice(at + 2)}`)).toBe('mistyped');
  }
});

test('a key of one kind is not one of the other kind', () => {
  expect(checkApiKey(KEY.replace('tenant', 'operator'))).toBe('mistyped');
});

test.each([
  '',
  'hl_',
  KEY.slice(0, -1),
  `${KEY}x`,
  `${KEY}\n`,
  ` ${KEY}`,
  KEY.replace('tenant', 'portal'),
  'a.b.c',
])('"%s" does not have the form of a key', (text) => {
  expect(checkApiKey(text)).toBe('other');
});

test('the part that may be shown has the kind and four characters', () => {
  expect(apiKeyPrefix(KEY)).toBe('hl_tenant_kkkk');
});
