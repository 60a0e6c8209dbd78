import { randomBytes } from 'node:crypto';
import { createSecretBox } from '@hookline/db';
import { expect, test } from 'vitest';
import { createSourceSecrets } from './source-secrets.ts';

const secrets = createSourceSecrets(createSecretBox([randomBytes(32).toString('base64')]));

test('the new secret and the one before are kept, newest first', () => {
  let sealed = [secrets.seal('src_1', 'first')];
  sealed = secrets.rotate('src_1', sealed, 'second');
  expect(secrets.open('src_1', sealed)).toEqual(['second', 'first']);
  sealed = secrets.rotate('src_1', sealed, 'third');
  expect(secrets.open('src_1', sealed)).toEqual(['third', 'second']);
});

test('setting the current secret again pushes nothing out', () => {
  const sealed = secrets.rotate('src_1', [secrets.seal('src_1', 'first')], 'second');
  expect(secrets.rotate('src_1', sealed, 'second')).toEqual(sealed);
});

test('a secret opens for its own source and its own purpose only', () => {
  const sealed = secrets.seal('src_1', 'first');
  expect(() => secrets.open('src_2', [sealed])).toThrow(/does not open/);
  expect(() => secrets.openVerifyToken('src_1', sealed)).toThrow(/does not open/);
});
