import type { ReceiverCondition } from '../delivery/lane-signal.ts';
import type { BreakerState } from './breaker.ts';

/**
 * `healthy`: it sends as much as it wants. `limited`: it sends less, because of its rate limit, a `Retry-After` or a
 * strained receiver. `open`, `half_open`: see the breaker.
 */
export type LaneState = 'healthy' | 'limited' | 'open' | 'half_open';
export const LANE_STATES: readonly LaneState[] = ['healthy', 'limited', 'open', 'half_open'];

/** The states that may follow a state. The table on `createLaneRegistry` says when each does. */
export const LANE_TRANSITIONS: Readonly<Record<LaneState, readonly LaneState[]>> = {
  healthy: ['limited', 'open'],
  limited: ['healthy', 'open'],
  open: ['half_open', 'limited', 'healthy'],
  half_open: ['open', 'limited', 'healthy'],
};

/** The facts that decide a lane's state. */
export interface LaneFacts {
  breaker: BreakerState;
  /** A `Retry-After` stops the lane. */
  isPaused: boolean;
  /** Its rate limit lets no request start now. */
  isAtRateLimit: boolean;
  slots: number;
  /** The slots of a lane whose receiver is not strained. */
  normalSlots: number;
}

export function laneStateOf({ breaker, isPaused, isAtRateLimit, slots, normalSlots }: LaneFacts): LaneState {
  if (breaker !== 'closed') return breaker;
  return isPaused || isAtRateLimit || Math.floor(slots) < normalSlots ? 'limited' : 'healthy';
}

/** How many requests a lane may have in flight, and whether their number doubles from round to round. */
export interface Slots {
  /** With a fraction: a whole slot is gained over a round of answers. */
  slots: number;
  /** After an outage: each success adds a slot, so that the slots double with each round. */
  ramping: boolean;
}

/** As TCP's slow start: one request, then two, then four … */
export const FIRST_RAMP: Readonly<Slots> = { slots: 1, ramping: true };

export interface SlotBounds {
  /** The slots of a lane that answers, however slow it is. A ramp ends here. */
  normal: number;
  /** The slots that a fast receiver may come to. */
  max: number;
}

/** An average answer within this time is fast: such a receiver can get more requests at once. */
const FAST_MS = 100;

/**
 * The slots after an attempt (additive increase, multiplicative decrease): half as many after an answer that shows a
 * strained or unreachable receiver; one more for each round of good answers of a fast receiver with deliveries waiting.
 */
export function nextSlots(
  { slots, ramping }: Readonly<Slots>,
  condition: ReceiverCondition,
  { averageMs, isAnyWaiting }: { averageMs: number | undefined; isAnyWaiting: boolean },
  { normal, max }: SlotBounds,
): Slots {
  if (isStruggling(condition)) return { slots: Math.max(1, slots / 2), ramping: false };
  if (ramping) {
    const ramped = Math.min(normal, slots + 1);
    return { slots: ramped, ramping: ramped < normal };
  }
  const most = isAnyWaiting && (averageMs ?? 0) < FAST_MS ? max : normal;
  if (condition !== 'good' || slots >= most) return { slots, ramping };
  return { slots: Math.min(most, slots + 1 / slots), ramping };
}

/** Whether the receiver needs less load: it is strained, or out of reach. */
export function isStruggling(condition: ReceiverCondition): boolean {
  return condition === 'strained' || condition === 'unreachable';
}

/** A delivery that waits in a lane should be sent within this time; otherwise Postgres is the better place for it. */
const TARGET_WAIT_MS = 5_000;
const MAX_WAITING_PER_LANE = 2_000;
/** The capacity of a lane that has had no answer yet, as a multiple of its slots: its receiver may not answer. */
const FIRST_GUESS = 3;

/** How many deliveries a lane may hold, in flight and waiting together. */
export function capacityOf(slots: number, averageMs: number | undefined): number {
  if (averageMs === undefined) return Math.ceil(slots * FIRST_GUESS);
  return Math.floor(slots + Math.min(MAX_WAITING_PER_LANE, (slots * TARGET_WAIT_MS) / averageMs));
}

/** A lane stalls when it has had no answer for so long, and for three times as long as its answers take on average. */
const STALLED_MS = 1_000;
const STALLED_AVERAGES = 3;

export interface LaneActivity {
  /** Undefined before the first answer. */
  averageMs: number | undefined;
  inFlight: number;
  /** When the last answer came, or the first request after an idle time was sent. */
  lastProgressAtMs: number;
  /** The last attempt found the receiver strained or unreachable. */
  isStruggling: boolean;
}

/** Whether the receiver answers; or, before its first answer, whether the request that will tell is still to be sent. */
export function isResponsive(lane: Readonly<LaneActivity>, nowMs: number): boolean {
  const { averageMs, inFlight, lastProgressAtMs } = lane;
  if (averageMs === undefined) return inFlight === 0;
  const stalledMs = Math.max(STALLED_MS, STALLED_AVERAGES * averageMs);
  return !lane.isStruggling && (inFlight === 0 || nowMs - lastProgressAtMs < stalledMs);
}
