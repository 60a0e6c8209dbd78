import { expect, test } from 'vitest';
import type { HttpChannel } from '../../rules/alert-channels.ts';
import { createHideSecrets } from './hide-secrets.ts';

const channel = (more: Partial<HttpChannel> = {}): HttpChannel => ({
  type: 'http',
  name: 'http',
  method: 'POST',
  url: 'https://chat.example.com/hooks/T0-path-word?key=query+word%2F1',
  headers: { authorization: 'Bearer header-word/2', 'content-type': 'application/json' },
  body: '',
  ...more,
});

test.each([
  ['the whole address', 'no https://chat.example.com/hooks/T0-path-word?key=query+word%2F1 here'],
  ['a part of its path', 'no T0-path-word here'],
  ['a value of its query', 'no query+word%2F1 here'],
  ['that value decoded', 'no query word/1 here'],
  ['that value in another encoding', 'no query%20word%2f1 here'],
  ['the value of a header', 'no Bearer header-word/2 here'],
  ['what follows the scheme of a header', 'no header-word/2 here'],
  ['that in JSON', 'no header-word\\/2 here'],
  ['that percent-encoded as a whole', 'no %68eader%2Dword%2F2 here'],
])('%s is taken out of an answer', (_, text) => {
  const hidden = createHideSecrets(channel())(text);
  expect(hidden).toMatch(/^no .*\[redacted\].* here$/);
  expect(hidden).not.toMatch(/word/i);
});

test('a secret that goes beyond the end of the kept text leaves no part of it', () => {
  const hide = createHideSecrets(channel());
  expect(hide('unknown: T0-path-word', 14)).toBe('unknown: [redacted]');
});

test('the password of basic authentication is taken out', () => {
  const authorization = `Basic ${Buffer.from('user:pass-word').toString('base64')}`;
  const hide = createHideSecrets(channel({ headers: { authorization } }));
  expect(hide('wrong password pass-word')).toBe('wrong password [redacted]');
});

test('other words, and the media type, are kept', () => {
  const text = 'The type application/json is not known to this server';
  expect(createHideSecrets(channel())(text)).toBe(text);
});
