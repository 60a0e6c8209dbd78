import { expect, it } from 'vitest';
import { latestTimeMs, toTimeMs } from './times.ts';

const EXPECTED = Date.UTC(2019, 4, 15, 15, 20, 41);

it.each([
  ['ISO in UTC', '2019-05-15T15:20:41Z', EXPECTED],
  ['ISO with a zone', '2019-05-15T08:20:41-07:00', EXPECTED],
  ['ISO with microseconds', '2019-05-15T15:20:41.123456Z', EXPECTED + 123],
  ['seconds', EXPECTED / 1000, EXPECTED],
  ['seconds as text', String(EXPECTED / 1000), EXPECTED],
  ['seconds with a fraction as text', '1557933641.000200', EXPECTED],
  ['milliseconds', EXPECTED, EXPECTED],
  ['milliseconds as text', String(EXPECTED), EXPECTED],
])('%s', (_name, value, expected) => {
  expect(toTimeMs(value)).toBe(expected);
});

it.each([
  null,
  undefined,
  '',
  'yesterday',
  '2019-05-15',
  '2019-05-15T15:20:41',
  '2019-13-45T15:20:41Z',
  '0',
  0,
  -1,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  {},
  [1557933641],
  '1e9',
  ' 1557933641',
])('no time in %j', (value) => {
  expect(toTimeMs(value)).toBeUndefined();
});

it('latestTimeMs takes the latest of the members that name one', () => {
  const object = {
    created_at: '2019-05-15T15:20:40Z',
    updated_at: '2019-05-15T15:20:41Z',
    closed_at: null,
    due: 9e9,
  };
  expect(latestTimeMs(object, ['updated_at', 'created_at', 'closed_at', 'merged_at'])).toBe(EXPECTED);
  expect(latestTimeMs(object, ['closed_at'])).toBeUndefined();
});
