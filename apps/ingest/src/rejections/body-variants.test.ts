import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyVariants } from './body-variants.ts';

const isAmong = (received: Buffer, sent: Buffer) =>
  received.equals(sent) || bodyVariants(received).some(({ body }) => body.equals(sent));

test('every body has at most twenty variants, which all differ from each other and from the body', () => {
  const anyBody = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.webQueryParameters().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(anyBody, (body) => {
      const texts = bodyVariants(body).map((variant) => variant.body.toString('latin1'));
      expect(texts.length).toBeLessThanOrEqual(20);
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts).not.toContain(body.toString('latin1'));
    }),
  );
});

test('the original of JSON that a proxy serialized compactly is among the variants, for each usual indentation', () => {
  // The original can't be reconstructed where JSON.stringify leaves something out or spells it differently.
  const value = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(value, (given) => {
      const parsed = JSON.parse(JSON.stringify(given));
      const received = Buffer.from(JSON.stringify(parsed));
      for (const spelled of [JSON.stringify(parsed, null, 2), JSON.stringify(parsed, null, 4)]) {
        expect(isAmong(received, Buffer.from(spelled))).toBe(true);
      }
    }),
  );
});

test('the variants undo added line breaks, added byte order marks and conversions to and from a form', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const sent = Buffer.from(text);
      for (const received of [`${text}\n`, `${text}\r\n`, `\uFEFF${text}`]) {
        expect(isAmong(Buffer.from(received), sent)).toBe(true);
      }
    }),
  );
  const form = new URLSearchParams({ payload: '{"a":1}' }).toString();
  expect(isAmong(Buffer.from(form), Buffer.from('{"a":1}'))).toBe(true);
  expect(isAmong(Buffer.from('{"a":1}'), Buffer.from(form))).toBe(true);
});
