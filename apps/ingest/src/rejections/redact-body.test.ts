import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactBody } from './redact-body.ts';

const redact = (text: string) => redactBody(Buffer.from(text)).toString();

test('values of members and fields that are named like secrets are left out', () => {
  expect(redact('{"token":"abc","user":{"Password" : "x\\"y","name":"n"},"apiKey":"k"}')).toBe(
    '{"token":"…","user":{"Password" : "…","name":"n"},"apiKey":"…"}',
  );
  expect(redact('token=abc&team=T1&client_secret=s')).toBe('token=…&team=T1&client_secret=…');
});

test('a value that the end of what is kept cuts off is left out as well', () => {
  expect(redact('{"access_token":"abc')).toBe('{"access_token":"…"');
  expect(redact('{"access_token":"abc\\')).toBe('{"access_token":"…"');
});

test('everything else stays as it came, byte for byte', () => {
  for (const bytes of [Buffer.from([0xff, 0x00, 0x80]), Buffer.from('{"ref":"main","n":1}')]) {
    expect(redactBody(bytes)).toEqual(bytes);
  }
});

test('no value under such a name comes through, wherever it stands', () => {
  const value = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(value, value, fc.constantFrom('token', 'secret', 'x_api_key', 'PASSWORD'), (a, b, name) => {
      const canary = `canary-${a}`;
      const text = redact(JSON.stringify({ before: b, [name]: canary, after: b }));
      expect(JSON.parse(text)).toEqual({ before: b, [name]: '…', after: b });
    }),
  );
});
