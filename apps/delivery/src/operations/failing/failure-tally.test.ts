import { expect, test } from 'vitest';
import { createFailureTally } from './failure-tally.ts';

test('failures add up until they are drained, and a success clears them', () => {
  const tally = createFailureTally();
  tally.note('a', true, 10);
  tally.note('a', true, 20);
  tally.note('b', true, 15);
  tally.note('b', false, 16);
  expect(tally.drainFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
  expect(tally.drainFailures()).toEqual([]);
});

test('failures that are put back add to later failures, unless the endpoint has had a success', () => {
  const tally = createFailureTally();
  tally.note('a', true, 10);
  tally.note('b', true, 10);
  const taken = tally.drainFailures();
  tally.note('a', true, 20);
  tally.note('b', false, 20);
  tally.putBack(taken);
  expect(tally.drainFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
});

test('a success is reported twice, because another replica may write an earlier failure after the first report', () => {
  const tally = createFailureTally();
  tally.note('a', false, 10);
  expect(tally.drainSuccesses()).toEqual(new Map([['a', 10]]));
  expect(tally.drainSuccesses()).toEqual(new Map([['a', 10]]));
  expect(tally.drainSuccesses()).toEqual(new Map());
});
