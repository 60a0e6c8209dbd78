import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactBody } from './redact-body.ts';

const redact = (text: string) => redactBody(Buffer.from(text)).toString();

test('the values of JSON members and form fields with a secret’s name are replaced', () => {
  expect(redact('{"token":"abc","user":{"Password" : "x\\"y","name":"n"},"apiKey":"k"}')).toBe(
    '{"token":"…","user":{"Password" : "…","name":"n"},"apiKey":"…"}',
  );
  expect(redact('token=abc&team=T1&client_secret=s')).toBe('token=…&team=T1&client_secret=…');
});

test('short names of secrets count as whole words, and words that begin like them do not', () => {
  expect(redact('{"pwd":"a","author":"b","sid":"c","sidecar":"d","userPin":"e","compass":"f"}')).toBe(
    '{"pwd":"…","author":"b","sid":"…","sidecar":"d","userPin":"…","compass":"f"}',
  );
  expect(redact('pass=a&keyboard=b&otp=c&code=d')).toBe('pass=…&keyboard=b&otp=…&code=…');
});

test('a secret value that the end of the stored body cuts off is replaced as well', () => {
  expect(redact('{"access_token":"abc')).toBe('{"access_token":"…"');
  expect(redact('{"access_token":"abc\\')).toBe('{"access_token":"…"');
});

test('a body without secrets stays the same, byte for byte', () => {
  for (const bytes of [Buffer.from([0xff, 0x00, 0x80]), Buffer.from('{"ref":"main","n":1}')]) {
    expect(redactBody(bytes)).toEqual(bytes);
  }
});

test('no value under a secret’s name remains, at any position of the body', () => {
  const value = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(value, value, fc.constantFrom('token', 'secret', 'x_api_key', 'PASSWORD'), (a, b, name) => {
      const canary = `canary-${a}`;
      const text = redact(JSON.stringify({ before: b, [name]: canary, after: b }));
      expect(JSON.parse(text)).toEqual({ before: b, [name]: '…', after: b });
    }),
  );
});
