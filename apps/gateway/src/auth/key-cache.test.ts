import type { Principal } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createKeyCache } from './key-cache.ts';

const hash = (name: string) => Buffer.from(name);

/** A table of keys, and how often it was asked. */
function createTable(keys: Record<string, string>) {
  const table = { keys, lookUps: 0, now: 0, beforeAnswer: async () => {} };
  const cache = createKeyCache({
    now: () => table.now,
    find: async (given) => {
      table.lookUps++;
      const keyId = table.keys[given.toString()];
      await table.beforeAnswer();
      return keyId === undefined ? undefined : ({ role: 'operator', keyId } satisfies Principal);
    },
    maxEntries: 3,
  });
  return Object.assign(table, { cache });
}

test('a valid key is looked up once in 30 s, and an unknown key once in 5 s', async () => {
  const table = createTable({ a: 'key_a' });
  const ask = async () => [await table.cache.get(hash('a')), await table.cache.get(hash('b'))];
  await ask();
  expect(await ask()).toEqual([{ role: 'operator', keyId: 'key_a' }, undefined]);
  expect(table.lookUps).toBe(2);
  table.now = 6_000;
  await ask();
  expect(table.lookUps).toBe(3);
  table.now = 31_000;
  await ask();
  expect(table.lookUps).toBe(5);
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
  expect(await table.cache.get(hash('a'))).toBe(undefined);
});

test('the number of cached guesses is bounded, and guesses do not evict real keys', async () => {
  const table = createTable({ a: 'key_a' });
  await table.cache.get(hash('a'));
  for (let guess = 0; guess < 100; guess++) await table.cache.get(hash(`guess ${guess}`));
  table.lookUps = 0;
  await table.cache.get(hash('a'));
  expect(table.lookUps).toBe(0);
  await table.cache.get(hash('guess 0'));
  expect(table.lookUps).toBe(1);
});
