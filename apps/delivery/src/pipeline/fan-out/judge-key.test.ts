import { expect, test } from 'vitest';
import { judgeKey, type KeyHolder } from './judge-key.ts';

const HOLDER: KeyHolder = { holder: 'first', holderAtMs: 100_000, isStored: true, isOwnStored: false };
const judge = (
  atMs: number,
  windowMs: number | undefined,
  holder: Partial<KeyHolder> = {},
  taken: readonly string[] = [],
) =>
  judgeKey({ id: 'other', createdAtMs: atMs, windowMs }, { ...HOLDER, ...holder }, (id) =>
    taken.includes(id),
  );

test('without a window a stored event has repeats for ever', () => {
  expect(judge(100_001, undefined)).toBe('repeat');
  expect(judge(1e12, undefined)).toBe('repeat');
});

test('an event with the same key is a repeat within the window, and a new event after it', () => {
  expect(judge(159_000, 60_000)).toBe('repeat');
  expect(judge(160_000, 60_000)).toBe('repeat');
  expect(judge(160_001, 60_000)).toBe('takes-over');
});

test('an event that was received before the holder of the key is judged by its own time, and does not take the key', () => {
  expect(judge(40_000, 60_000)).toBe('repeat');
  expect(judge(39_999, 60_000)).toBe('new');
});

test('a stored event is never new again, whichever event holds its key now', () => {
  expect(judge(39_999, 60_000, { isOwnStored: true })).toBe('repeat');
  expect(judge(100_000, 60_000, { holder: 'other' })).toBe('repeat');
});

test('an event that holds its key and is not stored is new', () => {
  expect(judge(100_000, undefined, { holder: 'other', isStored: false })).toBe('new');
});

test('only a stored event has repeats', () => {
  expect(judge(100_001, undefined, { isStored: false })).toBe('waits');
  expect(judge(100_001, 60_000, { isStored: false })).toBe('waits');
  expect(judge(100_001, undefined, { isStored: false }, ['first'])).toBe('behind');
});
