import { expect, test } from 'vitest';
import { createFailureTally } from './failure-tally.ts';

test('failures add up until they are taken, and a success wipes them out', () => {
  const tally = createFailureTally();
  tally.note('a', true, 10);
  tally.note('a', true, 20);
  tally.note('b', true, 15);
  tally.note('b', false, 16);
  expect(tally.drainFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
  expect(tally.drainFailures()).toEqual([]);
});

test('what could not be written adds to what came meanwhile, unless a success came', () => {
  const tally = createFailureTally();
  tally.note('a', true, 10);
  tally.note('b', true, 10);
  const taken = tally.drainFailures();
  tally.note('a', true, 20);
  tally.note('b', false, 20);
  tally.putBack(taken);
  expect(tally.drainFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
});

test('a success is told twice: another replica may write down an earlier failure after it', () => {
  const tally = createFailureTally();
  tally.note('a', false, 10);
  expect(tally.drainSuccesses()).toEqual(new Map([['a', 10]]));
  expect(tally.drainSuccesses()).toEqual(new Map([['a', 10]]));
  expect(tally.drainSuccesses()).toEqual(new Map());
});
