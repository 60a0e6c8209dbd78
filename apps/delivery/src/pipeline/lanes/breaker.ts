import type { ReceiverCondition } from '../delivery/lane-signal.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface Breaker {
  stateAt(nowMs: number): BreakerState;
  /** While it is open: from then on one delivery at a time may find out whether the receiver is back. */
  readonly probeAtMs: number | undefined;
  /**
   * @param startedAtMs when the attempt began: one from before it opened says nothing about a later probe
   * @returns what changed
   */
  note(condition: ReceiverCondition, startedAtMs: number, nowMs: number): 'opened' | 'closed' | undefined;
  /** The endpoint was changed: the next probe may go at once. */
  probeNow(nowMs: number): void;
}

/** Ten in a row from a receiver that never failed before, or two of three for some time. */
const OPENS_AT = 0.65;
const WEIGHT = 0.1;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** Either way, so that endpoints of one host that went down together are not probed together. */
const JITTER = 0.2;

/**
 * Stops sending to a receiver that is away, so that what is due waits with its retries unspent.
 *
 * `closed`: everything goes. A moving share of attempts that found the receiver strained or out of reach is kept;
 * when it comes to OPENS_AT the breaker opens. Any answer that is not a sign of load counts as good: a 400 is about
 * the event, not about the receiver.
 * `open`: nothing goes, for a pause.
 * `half_open`: the pause is over. One delivery goes, as a probe. A sign of life closes the breaker; a failure opens
 * it again for twice as long, MAX_PAUSE_MS at most.
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
      // A late success of an attempt from before counts as well: the receiver is there.
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
