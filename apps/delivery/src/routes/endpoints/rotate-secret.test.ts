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

test('nine secrets of earlier rotations may still sign: none ends before it was to end', () => {
  let secrets = [{ sealed: '0', expiresAt: null as string | null }];
  for (let n = 1; n < 10; n++)
    secrets = rotateSecret(secrets, { sealed: String(n), expiresAt: null }, now, n * 60);
  expect(secrets.map(({ sealed }) => sealed)).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1', '0']);
  const next = { sealed: '10', expiresAt: null };
  expect(() => rotateSecret(secrets, next, now)).toThrow(
    expect.objectContaining({
      code: 'conflict',
      message: expect.stringContaining('the first of them ends at 2026-01-01T00:01:00.000Z'),
    }),
  );
  expect(rotateSecret(secrets, next, now + 60_000).map(({ sealed }) => sealed)).not.toContain('0');
  expect(rotateSecret(secrets, next, now, 0)).toEqual([next]);
});
