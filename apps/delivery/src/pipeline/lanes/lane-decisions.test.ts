import { describe, expect, test } from 'vitest';
import {
  capacityOf,
  FIRST_RAMP,
  isResponsive,
  LANE_STATES,
  LANE_TRANSITIONS,
  type LaneActivity,
  type LaneFacts,
  laneStateOf,
  nextSlots,
  type Slots,
} from './lane-decisions.ts';

const bounds = { normal: 8, max: 32 };
const fastAndBusy = { averageMs: 20, isAnyWaiting: true };

function slotsAfter(start: Slots, count: number, condition: 'good' | 'answered' = 'good'): Slots {
  let slots = start;
  for (let n = 0; n < count; n++) slots = nextSlots(slots, condition, fastAndBusy, bounds);
  return slots;
}

describe('nextSlots', () => {
  test.each(['strained', 'unreachable'] as const)(
    'a receiver that is %s gets half as many slots',
    (condition) => {
      expect(nextSlots({ slots: 8, ramping: false }, condition, fastAndBusy, bounds)).toEqual({
        slots: 4,
        ramping: false,
      });
      expect(nextSlots({ slots: 1.5, ramping: true }, condition, fastAndBusy, bounds)).toEqual({
        slots: 1,
        ramping: false,
      });
    },
  );

  test('a ramp doubles the slots from round to round, and ends at the normal number', () => {
    // The answers of one round, then of the next: 1, 2 and 4 requests.
    expect(slotsAfter(FIRST_RAMP, 1)).toEqual({ slots: 2, ramping: true });
    expect(slotsAfter(FIRST_RAMP, 1 + 2, 'answered')).toEqual({ slots: 4, ramping: true });
    expect(slotsAfter(FIRST_RAMP, 1 + 2 + 4)).toEqual({ slots: 8, ramping: false });
  });

  test('a fast receiver with deliveries waiting gets one slot more for each round, up to the maximum', () => {
    const { slots } = slotsAfter({ slots: 8, ramping: false }, 8);
    expect(slots).toBeGreaterThan(8.9);
    expect(slots).toBeLessThanOrEqual(9);
    expect(slotsAfter({ slots: 8, ramping: false }, 2_000).slots).toBe(32);
  });

  test.each([
    ['is slow', { averageMs: 100, isAnyWaiting: true }],
    ['has no deliveries waiting', { averageMs: 20, isAnyWaiting: false }],
  ])('a receiver that %s gets back to the normal number and not beyond it', (_, activity) => {
    let slots: Slots = { slots: 4, ramping: false };
    for (let n = 0; n < 100; n++) slots = nextSlots(slots, 'good', activity, bounds);
    expect(slots.slots).toBe(8);
    expect(nextSlots({ slots: 20, ramping: false }, 'good', activity, bounds).slots).toBe(20);
  });

  test('an answer that refuses the event changes nothing', () => {
    expect(slotsAfter({ slots: 4, ramping: false }, 10, 'answered')).toEqual({ slots: 4, ramping: false });
  });
});

test('a lane holds what it can send in five seconds, 2,000 beyond its slots at most, and little before it knows', () => {
  expect(capacityOf(10, undefined)).toBe(30);
  expect(capacityOf(10, 100)).toBe(10 + 500);
  expect(capacityOf(10, 10_000)).toBe(10 + 5);
  expect(capacityOf(2.5, 5_000)).toBe(5);
  expect(capacityOf(100, 1)).toBe(100 + 2_000);
});

describe('isResponsive', () => {
  const answering: LaneActivity = { averageMs: 100, inFlight: 3, lastProgressAtMs: 0, isStruggling: false };

  test.each<[string, Partial<LaneActivity>, number, boolean]>([
    ['has sent nothing yet', { averageMs: undefined, inFlight: 0 }, 0, true],
    ['waits for its first answer', { averageMs: undefined, inFlight: 1 }, 0, false],
    ['has had an answer within a second', {}, 999, true],
    ['has had none for a second', {}, 1_000, false],
    ['has had none for less than three times its average', { averageMs: 2_000 }, 5_999, true],
    ['has had none for three times its average', { averageMs: 2_000 }, 6_000, false],
    ['has no request in flight', { inFlight: 0 }, 60_000, true],
    ['found its receiver strained', { inFlight: 0, isStruggling: true }, 0, false],
  ])('a lane that %s', (_, facts, nowMs, expected) => {
    expect(isResponsive({ ...answering, ...facts }, nowMs)).toBe(expected);
  });
});

test.each<[Partial<LaneFacts>, ReturnType<typeof laneStateOf>]>([
  [{}, 'healthy'],
  [{ slots: 32 }, 'healthy'],
  [{ slots: 7.9 }, 'limited'],
  [{ isPaused: true }, 'limited'],
  [{ isAtRateLimit: true }, 'limited'],
  [{ breaker: 'open', isPaused: true, isAtRateLimit: true, slots: 1 }, 'open'],
  [{ breaker: 'half_open', isPaused: true, slots: 1 }, 'half_open'],
])('a lane with %o is %s', (facts, state) => {
  const normal = {
    breaker: 'closed',
    isPaused: false,
    isAtRateLimit: false,
    slots: 8,
    normalSlots: 8,
  } as const;
  expect(laneStateOf({ ...normal, ...facts })).toBe(state);
});

test('every state can be reached and left, and only an open lane becomes half open', () => {
  const reached = new Set(LANE_STATES.flatMap((state) => LANE_TRANSITIONS[state]));
  expect([...reached].sort()).toEqual([...LANE_STATES].sort());
  for (const state of LANE_STATES) {
    expect(LANE_TRANSITIONS[state].length).toBeGreaterThan(0);
    expect(LANE_TRANSITIONS[state]).not.toContain(state);
    expect(LANE_TRANSITIONS[state].includes('half_open')).toBe(state === 'open');
  }
});
