import { expect, test } from 'vitest';
import { createFailureBook } from './failure-book.ts';

test('failures add up until they are taken, and a success wipes them out', () => {
  const book = createFailureBook();
  book.note('a', true, 10);
  book.note('a', true, 20);
  book.note('b', true, 15);
  book.note('b', false, 16);
  expect(book.takeFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
  expect(book.takeFailures()).toEqual([]);
});

test('what could not be written adds to what came meanwhile, unless a success came', () => {
  const book = createFailureBook();
  book.note('a', true, 10);
  book.note('b', true, 10);
  const taken = book.takeFailures();
  book.note('a', true, 20);
  book.note('b', false, 20);
  book.giveBack(taken);
  expect(book.takeFailures()).toEqual([{ endpointId: 'a', failures: 2, firstMs: 10, lastMs: 20 }]);
});

test('a success is told twice: another replica may write down an earlier failure after it', () => {
  const book = createFailureBook();
  book.note('a', false, 10);
  expect(book.takeSuccesses()).toEqual(new Map([['a', 10]]));
  expect(book.takeSuccesses()).toEqual(new Map([['a', 10]]));
  expect(book.takeSuccesses()).toEqual(new Map());
});
