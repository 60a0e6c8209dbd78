import { expect, test } from 'vitest';
import { hashSessionSecret, makeSessionSecret } from './session-secret.ts';

test('a session of the operator key of the environment ends when that key changes', () => {
  const secret = makeSessionSecret(true);
  const before = hashSessionSecret(secret, 'the first operator key');
  expect(hashSessionSecret(secret, 'the first operator key')).toEqual(before);
  expect(hashSessionSecret(secret, 'another operator key')).not.toEqual(before);
  expect(hashSessionSecret(secret, undefined)).toBe(undefined);
});

test('any other session does not depend on that key', () => {
  const secret = makeSessionSecret(false);
  expect(hashSessionSecret(secret, 'one')).toEqual(hashSessionSecret(secret, undefined));
});

test.each(['', 's_', 'hl_x', `x_${'a'.repeat(43)}`, `s_${'a'.repeat(44)}`, `s_${'a'.repeat(42)}=`])(
  '"%s" is no secret of a session',
  (text) => {
    expect(hashSessionSecret(text, 'key')).toBe(undefined);
  },
);
