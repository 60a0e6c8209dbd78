import type { ReceiverCondition } from '../delivery/lane-signal.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface Breaker {
  stateAt(nowMs: number): BreakerState;
  /** While it is open: from when on one delivery at a time may probe the receiver. */
  readonly probeAtMs: number | undefined;
  /**
   * @param startedAtMs when the attempt began: an attempt from before the breaker opened is not the probe
   * @returns what changed
   */
  note(condition: ReceiverCondition, startedAtMs: number, nowMs: number): 'opened' | 'closed' | undefined;
  /** Allows the next probe at once, because the endpoint was changed. */
  probeNow(nowMs: number): void;
}

/** Reached by ten failures in a row after a time without failures, or by two failures in three over some time. */
const OPENS_AT = 0.65;
const WEIGHT = 0.1;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** Relative, in both directions, so that endpoints of one unavailable host are not probed together. */
const JITTER = 0.2;

/**
 * Stops sending to an unavailable receiver, so that due deliveries wait and use no retries.
 *
 * `closed`: everything is sent. When the moving average of attempts that found the receiver strained or unreachable
 * reaches OPENS_AT, the breaker opens. Any other answer counts as good: a 400 is about the event, not the receiver.
 * `open`: nothing is sent, for a pause.
 * `half_open`: the pause is over. One delivery is sent as a probe. An answer closes the breaker; a failure opens it
 * again for twice as long, MAX_PAUSE_MS at most.
 *
 * @param random 0 (inclusive) to 1 (exclusive)
 */
export function createBreaker(random: () => number): Breaker {
  let failing = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let probeAtMs: number | undefined;

  function open(nowMs: number): 'opened' {
    probeAtMs = nowMs + pauseMs * (1 - JITTER + 2 * JITTER * random());
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
    return 'opened';
  }

  return {
    stateAt(nowMs) {
      if (probeAtMs === undefined) return 'closed';
      return nowMs < probeAtMs ? 'open' : 'half_open';
    },
    get probeAtMs() {
      return probeAtMs;
    },
    note(condition, startedAtMs, nowMs) {
      const failed = condition === 'strained' || condition === 'unreachable';
      if (probeAtMs === undefined) {
        failing += WEIGHT * ((failed ? 1 : 0) - failing);
        return failing >= OPENS_AT ? open(nowMs) : undefined;
      }
      if (failed) return startedAtMs >= probeAtMs ? open(nowMs) : undefined;
      // An answer to an earlier attempt counts as well: the receiver is available.
      probeAtMs = undefined;
      pauseMs = FIRST_PAUSE_MS;
      failing = 0;
      return 'closed';
    },
    probeNow(nowMs) {
      if (probeAtMs === undefined) return;
      probeAtMs = Math.min(probeAtMs, nowMs);
      pauseMs = FIRST_PAUSE_MS;
    },
  };
}
