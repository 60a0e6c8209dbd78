import { expect, test } from 'vitest';
import { attemptPhases } from './attempt-phases.ts';

const named = (attempt: Parameters<typeof attemptPhases>[0]) =>
  attemptPhases(attempt).map(({ name, startMs, durationMs }) => [name, startMs, durationMs]);

test('the phases of a new connection follow each other and add up to the duration', () => {
  expect(named({ dnsMs: 2, connectMs: 10, tlsMs: 20, firstByteMs: 100, durationMs: 120 })).toEqual([
    ['DNS', 0, 2],
    ['Connect', 2, 10],
    ['TLS', 12, 20],
    ['Waiting for the answer', 32, 68],
    ['Reading the answer', 100, 20],
  ]);
});

test('over an open connection there is only the waiting and the reading', () => {
  expect(named({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 30, durationMs: 30 })).toEqual([
    ['Waiting for the answer', 0, 30],
  ]);
});

test('an attempt without an answer says so', () => {
  expect(named({ dnsMs: 1, connectMs: 4, tlsMs: null, firstByteMs: null, durationMs: 10_000 })).toEqual([
    ['DNS', 0, 1],
    ['Connect', 1, 4],
    ['No answer', 5, 9_995],
  ]);
});
