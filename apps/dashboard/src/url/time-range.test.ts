import { expect, test } from 'vitest';
import { boundsOf, parseRange, type TimeRange, withRange } from './time-range.ts';

const NOW = Date.parse('2026-03-10T12:03:20Z');
const FROM_TO = { startDate: '2026-03-09T00:00:00.000Z', endDate: '2026-03-09T01:00:00.000Z' };

test.each<TimeRange>([{ last: '1h' }, FROM_TO])('%j is read from the address as it was written', (range) => {
  expect(parseRange(withRange(new URLSearchParams('status=failed'), range))).toEqual(range);
});

test.each(['range=2y', 'startDate=yesterday&endDate=today', 'startDate=2026-03-02&endDate=2026-03-01', ''])(
  'an address with "%s" has no range',
  (search) => {
    expect(parseRange(new URLSearchParams(search))).toBe(undefined);
  },
);

test('a new range replaces the old one of either kind', () => {
  expect(withRange(new URLSearchParams('range=1h&status=failed'), FROM_TO).has('range')).toBe(false);
  expect(withRange(new URLSearchParams(FROM_TO), { last: '7d' }).toString()).toBe('range=7d');
  expect(withRange(new URLSearchParams('range=1h'), undefined).toString()).toBe('');
});

test('a range that ends now has the same bounds within a minute', () => {
  expect(boundsOf({ last: '1h' }, NOW)).toEqual({ startDate: '2026-03-10T11:03:00.000Z' });
  expect(boundsOf({ last: '1h' }, NOW + 30_000)).toEqual({ startDate: '2026-03-10T11:03:00.000Z' });
  expect(boundsOf(FROM_TO, NOW)).toEqual(FROM_TO);
  expect(boundsOf(undefined, NOW)).toEqual({});
});
