import { expect, test } from 'vitest';
import { readBearer } from './read-bearer.ts';

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  [undefined, undefined],
])('%s → %s', (authorization, token) => {
  expect(readBearer(authorization === undefined ? {} : { authorization })).toBe(token);
});
