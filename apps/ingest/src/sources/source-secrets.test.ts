import { randomBytes } from 'node:crypto';
import { createSecretBox } from '@hookline/db';
import { expect, test } from 'vitest';
import { createSourceSecrets, type SecretLists } from './source-secrets.ts';

const secrets = createSourceSecrets(createSecretBox([randomBytes(32).toString('base64')]));
const at = new Date('2026-11-02T10:00:00.000Z');

const listsOf = (secret: string): SecretLists => ({
  secrets: [secrets.seal('src_1', secret, at)],
  retiredSecrets: [],
});
const opened = (lists: SecretLists) => ({
  valid: secrets.open('src_1', lists.secrets).map(({ secret }) => secret),
  retired: secrets.open('src_1', lists.retiredSecrets).map(({ secret }) => secret),
});
const rotateTo = (lists: SecretLists, ...next: string[]) =>
  next.reduce((before, secret) => secrets.rotate('src_1', before, secret, at), lists);

test('the new secret and the previous secret are valid, newest first, and three older secrets are kept to explain rejections', () => {
  const lists = rotateTo(listsOf('1'), '2');
  expect(opened(lists)).toEqual({ valid: ['2', '1'], retired: [] });
  expect(opened(rotateTo(lists, '3'))).toEqual({ valid: ['3', '2'], retired: ['1'] });
  expect(opened(rotateTo(lists, '3', '4', '5', '6'))).toEqual({
    valid: ['6', '5'],
    retired: ['4', '3', '2'],
  });
});

test('a secret keeps the time at which it was set', () => {
  const lists = secrets.rotate('src_1', listsOf('1'), '2', new Date('2026-11-05T00:00:00.000Z'));
  expect(secrets.open('src_1', lists.secrets)).toEqual([
    { secret: '2', setAt: '2026-11-05T00:00:00.000Z' },
    { secret: '1', setAt: '2026-11-02T10:00:00.000Z' },
  ]);
});

test('setting the current secret again retires no secret', () => {
  const lists = rotateTo(listsOf('1'), '2');
  expect(rotateTo(lists, '2')).toEqual(lists);
});

test('a retired secret that is set again is valid and no longer retired', () => {
  expect(opened(rotateTo(listsOf('1'), '2', '3', '1'))).toEqual({ valid: ['1', '3'], retired: ['2'] });
  expect(opened(rotateTo(listsOf('1'), '2', '1'))).toEqual({ valid: ['1', '2'], retired: [] });
});

test('a secret opens for its own source and its own purpose only', () => {
  const sealed = secrets.seal('src_1', 'first', at);
  expect(() => secrets.open('src_2', [sealed])).toThrow(/does not open/);
  expect(() => secrets.openVerifyToken('src_1', sealed.sealed)).toThrow(/does not open/);
});
