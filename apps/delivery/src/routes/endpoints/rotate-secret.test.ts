import { expect, test } from 'vitest';
import { rotateSecret } from './rotate-secret.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test('the secret before signs for another day, those before it for as long as they were given', () => {
  const soon = '2026-01-01T03:00:00.000Z';
  const gone = '2025-12-31T23:59:59.000Z';
  const current = [
    { sealed: 'b', expiresAt: null },
    { sealed: 'a', expiresAt: soon },
    { sealed: 'z', expiresAt: gone },
  ];
  expect(rotateSecret(current, { sealed: 'c', expiresAt: null }, now)).toEqual([
    { sealed: 'c', expiresAt: null },
    { sealed: 'b', expiresAt: '2026-01-02T00:00:00.000Z' },
    { sealed: 'a', expiresAt: soon },
  ]);
});

test('however often it is rotated, the signatures fit into a header', () => {
  let secrets = [{ sealed: '0', expiresAt: null as string | null }];
  for (let n = 1; n < 50; n++) secrets = rotateSecret(secrets, { sealed: String(n), expiresAt: null }, now);
  expect(secrets.map(({ sealed }) => sealed)).toEqual([
    '49',
    '48',
    '47',
    '46',
    '45',
    '44',
    '43',
    '42',
    '41',
    '40',
  ]);
});
