import { expect, test } from 'vitest';
import { createOffenders } from './offenders.ts';

function setUp() {
  let nowMs = 0;
  const offenders = createOffenders(() => nowMs);
  return {
    offenders,
    pass: (ms: number) => {
      nowMs += ms;
    },
    stateOf: (key: string, owner: string, code?: string) => offenders.conductOf(key, owner, code).state,
  };
}

test('code that timed out runs apart for a minute, and other code of its owner does not', () => {
  const { offenders, pass, stateOf } = setUp();
  offenders.note('k', 'o', 'code', true);
  expect([stateOf('k', 'o'), stateOf('other', 'o')]).toEqual(['apart', 'normal']);
  offenders.note('k', 'o', 'code', false);
  expect(stateOf('k', 'o')).toBe('apart');
  pass(60_000);
  expect(stateOf('k', 'o')).toBe('normal');
});

test('after three timeouts of an owner within a minute, all code of the owner runs apart', () => {
  const { offenders, pass, stateOf } = setUp();
  for (const key of ['a', 'b']) offenders.note(key, 'o', 'code', true);
  expect(stateOf('other', 'o')).toBe('normal');
  offenders.note('c', 'o', 'code', true);
  expect([stateOf('other', 'o'), stateOf('other', 'p')]).toEqual(['apart', 'normal']);
  pass(60_000);
  expect(stateOf('other', 'o')).toBe('normal');
});

test('five consecutive timeouts suspend code, each further timeout for twice as long, and changed code or a run in time ends the suspension', () => {
  const { offenders, pass, stateOf } = setUp();
  for (let n = 0; n < 5; n++) offenders.note('k', 'o', 'code', true);
  expect(offenders.conductOf('k', 'o')).toEqual({ state: 'suspended', timeouts: 5, suspendedForMs: 30_000 });
  expect(stateOf('k', 'o', 'mended')).not.toBe('suspended');
  pass(30_000);
  expect(stateOf('k', 'o')).toBe('apart');
  offenders.note('k', 'o', 'code', true);
  expect(offenders.conductOf('k', 'o')).toMatchObject({ timeouts: 6, suspendedForMs: 60_000 });
  for (let n = 0; n < 20; n++) offenders.note('k', 'o', 'code', true);
  expect(offenders.conductOf('k', 'o').suspendedForMs).toBe(600_000);
  pass(600_000);
  offenders.note('k', 'o', 'code', false);
  offenders.note('k', 'o', 'code', true);
  expect(offenders.conductOf('k', 'o')).toMatchObject({ state: 'apart', timeouts: 1 });
});
