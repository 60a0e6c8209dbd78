import { expect, test } from 'vitest';
import { nextStep, type OpenAlert, type Sight } from './next-step.ts';

const damping = { firesAfterSeconds: 30, recoversAfterSeconds: 120 };
const pending = (sinceMs: number): OpenAlert => ({
  state: 'pending',
  sinceMs,
  clearSinceMs: null,
  flapping: false,
});
const firing = (clearSinceMs: number | null, flapping = false): OpenAlert => ({
  state: 'firing',
  sinceMs: 0,
  clearSinceMs,
  flapping,
});

test.each<[string, OpenAlert | undefined, Sight, number, ReturnType<typeof nextStep>]>([
  ['a condition that begins to hold makes an alert that is pending', undefined, 'holds', 0, 'begin'],
  ['a condition that does not hold makes none', undefined, 'clear', 0, 'none'],
  ['a subject that is gone makes none', undefined, 'gone', 0, 'none'],
  ['an alert stays pending until its time has passed', pending(0), 'holds', 29_999, 'keep'],
  ['an alert fires when its time has passed', pending(0), 'holds', 30_000, 'fire'],
  ['an alert that is pending is dropped without a message', pending(0), 'clear', 29_999, 'drop'],
  ['an alert that is pending is dropped with its subject', pending(0), 'gone', 60_000, 'drop'],
  ['an alert that fires stays while its condition holds', firing(null), 'holds', 1e9, 'keep'],
  ['an alert that fires notes that its condition no longer holds', firing(null), 'clear', 1e9, 'clear'],
  ['an alert does not recover at once', firing(1_000), 'clear', 120_999, 'none'],
  ['an alert recovers after its time', firing(1_000), 'clear', 121_000, 'recover'],
  ['a condition that holds again ends the time of quiet', firing(1_000), 'holds', 200_000, 'keep'],
  ['a flapping alert recovers only after an hour', firing(0, true), 'clear', 3_599_999, 'none'],
  ['a flapping alert recovers after an hour', firing(0, true), 'clear', 3_600_000, 'recover'],
  ['an alert ends with its subject', firing(null), 'gone', 0, 'end'],
  ['nothing changes while nothing is known', firing(0), 'unknown', 1e9, 'none'],
  ['nothing becomes of an unknown subject that is pending', pending(0), 'unknown', 1e9, 'none'],
])('%s', (_name, alert, sight, nowMs, step) => {
  expect(nextStep(alert, sight, damping, nowMs)).toBe(step);
});

test('without damping an alert fires and recovers at once', () => {
  const none = { firesAfterSeconds: 0, recoversAfterSeconds: 0 };
  expect(nextStep(undefined, 'holds', none, 0)).toBe('fire');
  expect(nextStep(firing(null), 'clear', none, 0)).toBe('recover');
});
