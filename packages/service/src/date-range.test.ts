import { expect, test } from 'vitest';
import { readDateRange } from './date-range.ts';

const read = (startDate?: string, endDate?: string) => {
  const { start, end } = readDateRange({ startDate, endDate });
  return [start?.toISOString(), end?.toISOString()];
};

test('a range is made of times or of days, and includes its last day', () => {
  expect(read('2026-03-01', '2026-03-01')).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z']);
  expect(read('2026-03-01T12:00:00+02:00')).toEqual(['2026-03-01T10:00:00.000Z', undefined]);
  expect(read(undefined, '2026-03-01T12:00:00Z')).toEqual([undefined, '2026-03-01T12:00:00.000Z']);
  expect(read()).toEqual([undefined, undefined]);
});

test('a range to the last day of the year 9999 ends within that year, which Postgres can store', () => {
  expect(read('2026-03-01', '9999-12-31')).toEqual(['2026-03-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']);
  expect(read('0001-01-01', '9999-12-30')).toEqual(['0001-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z']);
});

test('a text that is no date is refused, and the error names the field and the allowed forms', () => {
  for (const text of ['yesterday', '2026-02-30', '2026', '2026-13-01', '1', '2026-03-01 12:00', ''])
    expect(() => read(text), text).toThrow(/querystring\/startDate must be a day \(2026-03-01\) or a time/);
});

test('a reversed or empty range is refused', () => {
  expect(() => read('2026-03-02', '2026-03-01')).toThrow(/querystring\/endDate must be later than startDate/);
  expect(() => read('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')).toThrow(/must be later/);
});
