import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyVariants } from './body-variants.ts';

const isAmong = (received: Buffer, sent: Buffer) =>
  received.equals(sent) || bodyVariants(received).some(({ body }) => body.equals(sent));

test('whatever the body, there are at most twenty variants, all different, none of them the body itself', () => {
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

test('JSON that something wrote anew compactly is found as it was, however it was spelled among the usual ways', () => {
  // What JSON.stringify leaves out or spells otherwise could never be told from what came.
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

test('line breaks, byte order marks and forms are undone', () => {
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
