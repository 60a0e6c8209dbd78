import { expect, test } from 'vitest';
import { indexableKeyId } from './indexable-key-id.ts';

test('the id of a key or session, and of a JWT with a usual sub, is unchanged', () => {
  for (const id of [
    'environment',
    'key_01BX5ZZKBKACTAV9WEVGEMMVRZ',
    'jwt:anna%40example.com',
    'x'.repeat(200),
  ])
    expect(indexableKeyId(id)).toBe(id);
});

test('a long id becomes short, and different ids stay different', () => {
  const [one, two] = ['a', 'b'].map((end) => indexableKeyId(`jwt:${'%C3%A4'.repeat(1_000)}${end}`));
  expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(two).not.toBe(one);
});
