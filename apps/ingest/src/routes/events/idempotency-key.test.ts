import { expect, test } from 'vitest';
import { dedupeKeyOfIdempotencyKey } from './idempotency-key.ts';

test('different idempotency keys of every allowed length make different dedupe keys of at most 200 characters', () => {
  const keys = ['a', 'a b', 'k'.repeat(180), 'k'.repeat(181), 'k'.repeat(255)];
  const dedupeKeys = keys.map((key) => dedupeKeyOfIdempotencyKey(key) as string);
  expect(new Set(dedupeKeys).size).toBe(keys.length);
  for (const dedupeKey of dedupeKeys) expect(dedupeKey.length).toBeLessThanOrEqual(200);
});

test('a request without the header has no dedupe key', () => {
  expect(dedupeKeyOfIdempotencyKey(undefined)).toBeUndefined();
});

test('an empty, too long or unprintable key is refused', () => {
  for (const key of ['', 'k'.repeat(256), 'ä', 'a\tb', ['a', 'b']]) {
    expect(() => dedupeKeyOfIdempotencyKey(key)).toThrow(/printable/);
  }
});
