import Type from 'typebox';
import Value from 'typebox/value';
import { expect, test } from 'vitest';
import { Timestamp } from './api/common.ts';
import { normalizeTimestamp, parseTimestamp } from './timestamp.ts';

const iso = (text: string) => {
  const timeMs = parseTimestamp(text);
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
};

test('a timestamp of RFC 3339 names its moment', () => {
  expect(iso('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
  expect(iso('2026-01-31t12:00:00.123456789+02:00')).toBe('2026-01-31T10:00:00.123Z');
  expect(iso('0001-01-01T00:00:00Z')).toBe('0001-01-01T00:00:00.000Z');
  expect(iso('9999-12-31T23:59:59.999Z')).toBe('9999-12-31T23:59:59.999Z');
  expect(iso('2024-02-29T00:00:00-00:00')).toBe('2024-02-29T00:00:00.000Z');
});

test('a leap second is the second after it, as in POSIX and Postgres', () => {
  expect(iso('2016-12-31T23:59:60Z')).toBe('2017-01-01T00:00:00.000Z');
  expect(iso('2016-12-31T23:59:60.250Z')).toBe('2017-01-01T00:00:00.250Z');
});

test('a text that names no moment of the years 1 to 9999 in UTC is not a timestamp, in schemas as well', () => {
  for (const text of [
    '0001-01-01T00:00:00+01:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '9999-12-31T23:59:60Z',
    '+010000-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T12:60:00Z',
    '2026-01-01T12:00:61Z',
    '2026-01-01T12:00:00+24:00',
    '2026-01-01T12:00:00',
    '2026-01-01 12:00:00Z',
    '2026-01-01',
    '١٢٣٤-01-01T00:00:00Z',
    '',
  ]) {
    expect([text, parseTimestamp(text)]).toEqual([text, undefined]);
    expect(Value.Check(Type.Object({ at: Timestamp }), { at: text })).toBe(false);
  }
  expect(Value.Check(Timestamp, '2016-12-31T23:59:60Z')).toBe(true);
});

test('a normalized timestamp names the same moment in UTC with milliseconds, whatever was read before it', () => {
  const own = '2026-01-02T03:04:05.678Z';
  for (const [text, normalized] of [
    [own, own],
    [own, own],
    ['2026-01-02T04:04:05.678+01:00', own],
    ['2026-01-02t03:04:05.678z', own],
    [own, own],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6789Z', own],
    ['2016-12-31T23:59:60.000Z', '2017-01-01T00:00:00.000Z'],
  ] as const) {
    expect(normalizeTimestamp(text)).toBe(normalized);
  }
});
