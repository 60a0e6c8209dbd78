import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretBox } from './sealed-secret.ts';

const key = () => randomBytes(32).toString('base64');

test('a sealed secret opens in its own place only', () => {
  const box = createSecretBox([key()]);
  const sealed = box.seal('whsec_ä', 'endpoints|secrets|ep_1');
  expect(sealed).not.toContain('whsec');
  expect(box.open(sealed, 'endpoints|secrets|ep_1')).toBe('whsec_ä');
  expect(() => box.open(sealed, 'endpoints|secrets|ep_2')).toThrow(/does not open/);
});

test('a sealed secret with any changed character does not open', () => {
  const box = createSecretBox([key()]);
  const sealed = box.seal('s', 'p');
  for (let index = 0; index < sealed.length; index++) {
    const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'B' : 'A'}${sealed.slice(index + 1)}`;
    // The last character of base64url carries unused bits: a change there may decode to the same bytes.
    if (decoded(changed) === decoded(sealed)) continue;
    expect(() => box.open(changed, 'p')).toThrow();
  }
});

const decoded = (sealed: string) => {
  const [version, keyId, ...parts] = sealed.split('.');
  return [version, keyId, ...parts.map((part) => Buffer.from(part, 'base64url').toString('hex'))].join('.');
};

test('the same secret is sealed differently each time', () => {
  const box = createSecretBox([key()]);
  const parts = [box.seal('s', 'p'), box.seal('s', 'p')].map((sealed) => sealed.split('.'));
  expect(parts[0]?.[2]).not.toBe(parts[1]?.[2]);
  expect(parts[0]?.[3]).not.toBe(parts[1]?.[3]);
});

test('a rewrapped secret opens without the old key, and its sealed part is unchanged', () => {
  const [oldKey, newKey] = [key(), key()];
  const sealed = createSecretBox([oldKey]).seal('s', 'p');
  const both = createSecretBox([newKey, oldKey]);
  const rewrapped = both.rewrap(sealed, 'p');
  expect(createSecretBox([newKey]).open(rewrapped, 'p')).toBe('s');
  expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3]);
  expect(both.rewrap(rewrapped, 'p')).toBe(rewrapped);
  expect(() => both.rewrap(sealed, 'another place')).toThrow(/does not open/);
  expect(() => createSecretBox([newKey]).rewrap(sealed, 'p')).toThrow(/not configured/);
});

test('an old key opens its secrets, and the new key seals', () => {
  const [oldKey, newKey] = [key(), key()];
  const sealed = createSecretBox([oldKey]).seal('s', 'p');
  expect(createSecretBox([newKey, oldKey]).open(sealed, 'p')).toBe('s');
  expect(() => createSecretBox([newKey]).open(sealed, 'p')).toThrow(/not configured/);
});

test('a key of another size is refused', () => {
  expect(() => createSecretBox(['c2hvcnQ='])).toThrow(/32 bytes/);
  expect(() => createSecretBox([])).toThrow(/at least one/);
});
