import { expect, test } from 'vitest';
import { readDurationMs, readSince } from './since.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');

test('--since is the last position, a time ago, or a time', () => {
  expect(readSince(undefined, NOW)).toEqual({ kind: 'now' });
  expect(readSince('last', NOW)).toEqual({ kind: 'last' });
  expect(readSince('10m', NOW)).toEqual({ kind: 'time', at: '2026-12-01T11:50:00.000Z' });
  expect(readSince('2026-12-01T08:00:00Z', NOW)).toEqual({ kind: 'time', at: '2026-12-01T08:00:00.000Z' });
});

test.each([['yesterday'], ['10'], ['2026-13-45'], ['']])('any other text is refused: %j', (text) => {
  expect(() => readSince(text, NOW)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test('durations have units', () => {
  expect(['500ms', '30s', '10m', '2h', '1d', '10', '-1s'].map(readDurationMs)).toEqual([
    500,
    30_000,
    600_000,
    7_200_000,
    86_400_000,
    undefined,
    undefined,
  ]);
});
