import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextOnGrid, phaseOf, phaseOfTask } from './grid.ts';

const anInterval = fc.integer({ min: 60, max: 2_592_000 }).map((seconds) => seconds * 1_000);
const aMoment = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const aPhase = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the next due time is after the moment, and at most one interval after it', () => {
  fc.assert(
    fc.property(aMoment, anInterval, aPhase, (now, interval, phase) => {
      const next = nextOnGrid(now, interval, phase);
      expect(next).toBeGreaterThan(now);
      expect(next - now).toBeLessThanOrEqual(interval + 1);
    }),
  );
});

test('due times are one interval apart, from whichever moment between them they are computed', () => {
  fc.assert(
    fc.property(
      aMoment,
      anInterval,
      aPhase,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (now, interval, phase, part) => {
        const first = nextOnGrid(now, interval, phase);
        const later = nextOnGrid(first + Math.floor(part * (interval - 2)), interval, phase);
        expect(Math.abs(later - first - interval)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('the due times do not depend on when a task was made: two moments agree on every due time after both', () => {
  fc.assert(
    fc.property(
      aMoment,
      fc.integer({ min: 0, max: 10_000_000 }),
      anInterval,
      aPhase,
      (now, gap, interval, phase) => {
        let early = nextOnGrid(now, interval, phase);
        while (early <= now + gap) early = nextOnGrid(early, interval, phase);
        expect(Math.abs(nextOnGrid(now + gap, interval, phase) - early)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('ten thousand tasks with one interval spread over it: no minute has 1.5 times the mean', () => {
  const perMinute = new Map<number, number>();
  const interval = 1_800_000;
  for (let task = 0; task < 10_000; task++) {
    const due = nextOnGrid(1_764_547_200_000, interval, phaseOf(`tsk_${task}`));
    const minute = Math.floor(due / 60_000);
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
  }
  const mean = 10_000 / 30;
  const full = [...perMinute.values()].filter((count) => count > mean / 2);
  expect(full.length).toBeGreaterThanOrEqual(30);
  expect(Math.max(...full)).toBeLessThan(mean * 1.5);
});

test('a phase is constant, and from 0 to below 1', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const phase = phaseOf(id);
      expect(phaseOf(id)).toBe(phase);
      expect(phase >= 0 && phase < 1).toBe(true);
    }),
  );
});

test('of the tasks of one series about the same number is due in each part of an interval, at any time', () => {
  const series = { appId: 'oap_1', kind: 'poll', name: 'history' };
  for (const tasks of [100, 777, 1_667]) {
    const phases = Array.from({ length: tasks }, (_, number) => phaseOfTask(series, number));
    for (let part = 0; part < 60; part++) {
      const due = phases.filter((phase) => Math.floor(phase * 60) === part).length;
      expect(Math.abs(due - tasks / 60)).toBeLessThanOrEqual(2.5);
    }
  }
});
