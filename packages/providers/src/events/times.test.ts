import { expect, it } from 'vitest';
import { latestTimeMs, type TimeUnit, toTimeMs, toTimeMsOf } from './times.ts';

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

it('latestTimeMs returns the latest time of the members', () => {
  const object = {
    created_at: '2019-05-15T15:20:40Z',
    updated_at: '2019-05-15T15:20:41Z',
    closed_at: null,
    due: 9e9,
  };
  expect(latestTimeMs(object, ['updated_at', 'created_at', 'closed_at', 'merged_at'])).toBe(EXPECTED);
  expect(latestTimeMs(object, ['closed_at'])).toBeUndefined();
});

it.each<[TimeUnit, unknown, number | undefined]>([
  ['iso', '2019-05-15T15:20:41Z', EXPECTED],
  ['iso', '2019-05-15T17:20:41+0200', EXPECTED],
  ['iso', '2019-05-15T15:20:41.5', EXPECTED + 500],
  ['iso', '2019-05-15 15:20:41', EXPECTED],
  ['iso', '2019-05-15T15:20+00:00', EXPECTED - 41_000],
  ['iso', '2019-05-15T15:20:', undefined],
  ['iso', String(EXPECTED), undefined],
  ['iso', '2019-05-15', undefined],
  ['iso', '2019-13-45 15:20:41', undefined],
  ['iso', 7, undefined],
  ['s', EXPECTED / 1000, EXPECTED],
  ['s', '1557933641.250', EXPECTED + 250],
  ['s', EXPECTED, undefined],
  ['s', '2019-05-15T15:20:41Z', undefined],
  ['100us', EXPECTED * 10 + 7, EXPECTED],
  ['100us', String(EXPECTED * 10), EXPECTED],
  ['ms', EXPECTED, EXPECTED],
  ['ms', String(EXPECTED), EXPECTED],
  ['ms', 0, undefined],
  ['ms', Number.NaN, undefined],
  ['ms', null, undefined],
  ['ms', [EXPECTED], undefined],
])('in %s, %j', (unit, value, expected) => {
  expect(toTimeMsOf(unit, value)).toBe(expected);
});
