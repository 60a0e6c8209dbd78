import { isId, timeOfId } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createIdFactory } from './create-id-factory.ts';

test('ids rise, also within a millisecond and when the clock goes back', () => {
  const nextId = createIdFactory('evt');
  const ids = [5_000, 5_000, 5_000, 4_000, 5_001].map((timeMs) => nextId(timeMs));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('after a clock that was wrong, ids have the right time again', () => {
  const nextId = createIdFactory('evt');
  const [nowMs, aheadMs] = [1_469_922_850_259, 1_469_922_850_259 + 40 * 86_400_000];
  expect([nowMs, aheadMs, nowMs - 60_000, nowMs].map((timeMs) => timeOfId(nextId(timeMs)))).toEqual([
    nowMs,
    aheadMs,
    nowMs - 60_000,
    nowMs,
  ]);
  const within = [nowMs - 60_000, nowMs - 1].map((timeMs) => nextId(timeMs));
  expect(within.map(timeOfId)).toEqual([nowMs, nowMs]);
});

test('an id carries its prefix and its time', () => {
  const id = createIdFactory('evt')(1_469_922_850_259);
  expect(isId('evt', id)).toBe(true);
  expect(timeOfId(id)).toBe(1_469_922_850_259);
});

test('two factories do not make the same ids', () => {
  const [one, other] = [createIdFactory('evt'), createIdFactory('evt')];
  const ids = Array.from({ length: 1_000 }, (_, index) => [one(index), other(index)]).flat();
  expect(new Set(ids).size).toBe(2_000);
});
