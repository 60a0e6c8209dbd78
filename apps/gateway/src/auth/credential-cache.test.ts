import { expect, test } from 'vitest';
import type { Credential, RefusedCredential } from './credential.ts';
import { createCredentialCache } from './credential-cache.ts';

const hash = (name: string) => Buffer.from(name);
const everywhere = () => true;

/** A table of keys by their hashes, and how often it was asked. */
function createTable(keys: Record<string, string>) {
  const table = {
    keys,
    lookUps: 0,
    now: 0,
    endsAt: undefined as number | undefined,
    beforeAnswer: async () => {},
  };
  const cache = createCredentialCache({
    now: () => table.now,
    find: async (given): Promise<Credential | RefusedCredential | undefined> => {
      table.lookUps++;
      const keyId = table.keys[given.toString()];
      const endsAfterMs = table.endsAt === undefined ? undefined : table.endsAt - table.now;
      await table.beforeAnswer();
      if (keyId === undefined) return undefined;
      if (endsAfterMs !== undefined && endsAfterMs <= 0) return { refused: 'key_expired' };
      return { principal: { role: 'operator', keyId }, scopes: [], allowsAddress: everywhere, endsAfterMs };
    },
    maxEntries: 3,
  });
  const idOf = async (name: string) => {
    const found = await cache.get(hash(name));
    return found && ('refused' in found ? found.refused : found.principal.keyId);
  };
  return Object.assign(table, { cache, idOf });
}

test('a valid key is looked up once in 30 s, and an unknown key once in 5 s', async () => {
  const table = createTable({ a: 'key_a' });
  const ask = async () => [await table.idOf('a'), await table.idOf('b')];
  await ask();
  expect(await ask()).toEqual(['key_a', undefined]);
  expect(table.lookUps).toBe(2);
  table.now = 6_000;
  await ask();
  expect(table.lookUps).toBe(3);
  table.now = 31_000;
  await ask();
  expect(table.lookUps).toBe(5);
});

test('a cached key ends at the millisecond of its expiry', async () => {
  const table = createTable({ a: 'key_a' });
  table.endsAt = 10_000;
  expect(await table.idOf('a')).toBe('key_a');
  table.now = 9_999;
  expect(await table.idOf('a')).toBe('key_a');
  expect(table.lookUps).toBe(1);
  table.now = 10_000;
  expect(await table.idOf('a')).toBe('key_expired');
});

test('the end of a key is counted from before the look-up, however long it took', async () => {
  const table = createTable({ a: 'key_a' });
  table.endsAt = 10_000;
  table.beforeAnswer = async () => {
    table.now = 4_000;
  };
  expect(await table.cache.get(hash('a'))).toMatchObject({ endsAt: 10_000 });
});

test('simultaneous requests with the same key share one look-up', async () => {
  const table = createTable({ a: 'key_a' });
  await Promise.all(Array.from({ length: 50 }, () => table.cache.get(hash('a'))));
  expect(table.lookUps).toBe(1);
});

test('a key that is revoked during its look-up is refused', async () => {
  const table = createTable({ a: 'key_a' });
  table.beforeAnswer = async () => {
    table.beforeAnswer = async () => {};
    delete table.keys['a'];
    table.cache.forget('key_a');
  };
  expect(await table.idOf('a')).toBe(undefined);
});

test('the number of cached guesses is bounded, and guesses do not evict real keys', async () => {
  const table = createTable({ a: 'key_a' });
  await table.idOf('a');
  for (let guess = 0; guess < 100; guess++) await table.idOf(`guess ${guess}`);
  table.lookUps = 0;
  await table.idOf('a');
  expect(table.lookUps).toBe(0);
  await table.idOf('guess 0');
  expect(table.lookUps).toBe(1);
});

test('a key that was usable is known without a look-up, and a guess is not', async () => {
  const table = createTable({ a: 'key_a' });
  await table.idOf('a');
  await table.idOf('guess');
  table.now = 3_600_000;
  expect([table.cache.knows(hash('a')), table.cache.knows(hash('guess'))]).toEqual([true, false]);
  delete table.keys['a'];
  await table.idOf('a');
  expect(table.cache.knows(hash('a'))).toBe(false);
});

test('a wrong key is refused from memory until it is looked for again', async () => {
  const table = createTable({ a: 'key_a' });
  const refuses = (name: string) => table.cache.refuses(hash(name));
  expect(refuses('guess')).toBe(false);
  await table.idOf('a');
  await table.idOf('guess');
  expect([refuses('a'), refuses('guess')]).toEqual([false, true]);
  table.now = 5_000;
  expect(refuses('guess')).toBe(false);
});
