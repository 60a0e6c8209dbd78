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

test('any changed character is noticed', () => {
  const box = createSecretBox([key()]);
  const sealed = box.seal('s', 'p');
  for (let index = 0; index < sealed.length; index++) {
    const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'B' : 'A'}${sealed.slice(index + 1)}`;
    // The last character of base64url carries unused bits: a change there may decode to the same bytes.
    if (
      Buffer.from(changed.split('.').at(-1) ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url'),
      ) &&
      changed.split('.').slice(0, 3).join() === sealed.split('.').slice(0, 3).join()
    )
      continue;
    expect(() => box.open(changed, 'p')).toThrow();
  }
});

test('an old key opens what it sealed, the new one seals', () => {
  const [oldKey, newKey] = [key(), key()];
  const sealed = createSecretBox([oldKey]).seal('s', 'p');
  expect(createSecretBox([newKey, oldKey]).open(sealed, 'p')).toBe('s');
  expect(() => createSecretBox([newKey]).open(sealed, 'p')).toThrow(/not configured/);
});

test('a key of another size is refused', () => {
  expect(() => createSecretBox(['c2hvcnQ='])).toThrow(/32 bytes/);
  expect(() => createSecretBox([])).toThrow(/at least one/);
});
