import { expect, test } from 'vitest';
import { dedupeKeyOfIdempotencyKey, dedupeKeysOfBatch } from './idempotency-key.ts';

test('different idempotency keys of every allowed length make different dedupe keys of at most 200 characters', () => {
  const keys = ['a', 'a b', 'k'.repeat(180), 'k'.repeat(181), 'k'.repeat(255)];
  const dedupeKeys = keys.map((key) => dedupeKeyOfIdempotencyKey(key) as string);
  expect(new Set(dedupeKeys).size).toBe(keys.length);
  for (const dedupeKey of dedupeKeys) expect(dedupeKey.length).toBeLessThanOrEqual(200);
});

test('a request without the header has no dedupe key', () => {
  expect(dedupeKeyOfIdempotencyKey(undefined)).toBeUndefined();
});

test('the key of a call makes another dedupe key for each of its events, and none that a plain key can equal', () => {
  const keyAt = dedupeKeysOfBatch('k'.repeat(255));
  const keys = [0, 1, 99].map((index) => keyAt?.(index) as string);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key.length).toBeLessThanOrEqual(200);
  expect(dedupeKeysOfBatch('k')?.(0)).not.toBe(dedupeKeyOfIdempotencyKey('k:0'));
  expect(dedupeKeysOfBatch(undefined)).toBeUndefined();
});
