import { expect, test } from 'vitest';
import { findSecrets } from './find-secrets.ts';

const SECRET = 'emulated-access-17';
const search = (bytes: Buffer) => findSecrets([{ where: 'here', bytes }], [SECRET]).length > 0;

test('a secret is found in clear, and in hex and base64 wherever it begins', () => {
  expect(search(Buffer.from(`{"token":"${SECRET}"}`))).toBe(true);
  for (const before of ['', 'a', 'ab', 'abc', 'a longer text ']) {
    const bytes = Buffer.from(`${before}${SECRET} and more`);
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect([before, encoding, search(Buffer.from(bytes.toString(encoding)))]).toEqual([
        before,
        encoding,
        true,
      ]);
  }
});

test('what does not have the secret is not found, and a find does not show the whole secret', () => {
  expect(search(Buffer.from('emulated-access-18'))).toBe(false);
  const [line] = findSecrets([{ where: 'here', bytes: Buffer.from(SECRET) }], [SECRET]);
  expect(line).not.toContain(SECRET);
});
