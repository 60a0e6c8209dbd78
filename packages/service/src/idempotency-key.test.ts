import { expect, test } from 'vitest';
import { readIdempotencyKey } from './idempotency-key.ts';

const read = (...values: string[]) =>
  readIdempotencyKey({ headersDistinct: values.length === 0 ? {} : { 'idempotency-key': values } });

test('a key of 1 to 255 printable ASCII characters is read as it is', () => {
  for (const key of ['a', 'order 1', 'a,b', '"quoted"', 'k'.repeat(255)]) expect(read(key)).toBe(key);
  expect(read()).toBe(undefined);
});

test.each(['', 'k'.repeat(256), 'a\tb', 'ä'])('the key %j is refused, and the header is named', (key) => {
  expect(() => read(key)).toThrow('Idempotency-Key must be 1 to 255 printable ASCII characters');
});

test.each([
  ['a', 'b'],
  ['a', 'a'],
  ['a', ''],
  ['', ''],
])('two headers, %j and %j, are refused, and the header is named', (...values) => {
  expect(() => read(...values)).toThrow('Idempotency-Key must be sent once');
});
