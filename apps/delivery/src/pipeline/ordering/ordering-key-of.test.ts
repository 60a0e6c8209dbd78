import { expect, test } from 'vitest';
import { orderingKeyFor, orderingKeyOf, textOfOrderingKey } from './ordering-key-of.ts';
import { orderingPosition } from './ordering-position.ts';

const attributes = {
  id: 'evt_1',
  type: 'invoice.paid',
  source: '/app',
  time: '',
  tenant: 'a',
  provider: 'app',
  receivedat: '',
  via: 'api' as const,
  dedupekey: 'k',
  subject: 'invoice 7',
};
const keyOf = (key: string, payload: string) =>
  orderingKeyOf({ key, onFailure: 'park' }, { attributes, payload: Buffer.from(payload) });

test.each([
  ['subject', '{}', 'invoice 7'],
  ['type', '{}', 'invoice.paid'],
  ['repository', '{}', undefined],
  ['/invoice/id', '{"invoice":{"id":"in_1"}}', 'in_1'],
  ['/items/1/n', '{"items":[{"n":1},{"n":2}]}', '2'],
  ['/a~1b/c~0d', '{"a/b":{"c~d":true}}', 'true'],
  ['/id', '{"id":7615917337495251231}', '7615917337495251231'],
  ['/id', '{"id":1.0}', '1'],
  ['/id', '{"id":-0}', '0'],
  ['/id', '{"id":"1.0"}', '1.0'],
  ['/invoice', '{"invoice":{"id":1}}', undefined],
  ['/invoice/id', '{"invoice":null}', undefined],
  ['/toString', '{}', undefined],
  ['/id', 'not JSON', undefined],
  ['/id', '{"id":"a\\u0000\\ud800"}', 'a\uFFFD\uFFFD'],
])('%s of %s is %s', (key, payload, expected) => {
  const found = keyOf(key, payload);
  expect(found).toBe(expected && orderingKeyFor({ key }, expected));
  expect(found && textOfOrderingKey(found)).toBe(expected);
});

test('numbers that differ in their last digit are different keys, and equal numbers are the same key', () => {
  expect(keyOf('/id', '{"id":7615917337495251231}')).not.toBe(keyOf('/id', '{"id":7615917337495251232}'));
  expect(keyOf('/id', '{"id":1e400}')).toBe(keyOf('/id', '{"id":10e399}'));
});

test('the same text at another pointer is another key', () => {
  expect(keyOf('/a', '{"a":1,"b":1}')).not.toBe(keyOf('/b', '{"a":1,"b":1}'));
});

test('a long key is replaced by its hash', () => {
  const long = 'x'.repeat(201);
  expect(textOfOrderingKey(keyOf('/id', JSON.stringify({ id: long })) as string)).toMatch(
    /^sha256:[0-9a-f]{64}$/,
  );
  expect(keyOf('/id', JSON.stringify({ id: `${long}y` }))).not.toBe(
    keyOf('/id', JSON.stringify({ id: long })),
  );
});

test('positions sort as text: by incarnation of the stream, then by sequence', () => {
  const positions = [
    orderingPosition('zzzzzzzz', 99_999_999),
    orderingPosition('100000000', 1),
    orderingPosition('100000000', 36),
    orderingPosition('100000000', 1_000_000_000_000),
    orderingPosition('100000001', 2),
  ];
  expect([...positions].sort()).toEqual(positions);
});
