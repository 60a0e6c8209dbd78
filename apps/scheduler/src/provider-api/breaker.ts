/** Whether a host answers, as the last calls of one application to it have shown. */
export interface Breaker {
  /**
   * Whether a call may be made now. While the breaker is open it allows one probe every PROBE_EVERY_MS, and a call that
   * it allows counts as the probe.
   */
  allows(nowMs: number): boolean;
  /** @returns what changed */
  note(failed: boolean, nowMs: number): 'opened' | 'closed' | undefined;
  readonly isOpen: boolean;
}

const REMEMBERED = 10;
const OPENS_AT_FAILURES = 5;
const PROBE_EVERY_MS = 30_000;

/** Opens when 5 of the last 10 calls have failed, and closes at the first call that has not. Times are monotonic. */
export function createBreaker(): Breaker {
  let outcomes: boolean[] = [];
  let probeAtMs: number | undefined;
  return {
    allows(nowMs) {
      if (probeAtMs === undefined) return true;
      if (nowMs < probeAtMs) return false;
      probeAtMs = nowMs + PROBE_EVERY_MS;
      return true;
    },
    note(failed, nowMs) {
      if (probeAtMs !== undefined) {
        if (failed) return undefined;
        probeAtMs = undefined;
        outcomes = [];
        return 'closed';
      }
      outcomes = [...outcomes.slice(1 - REMEMBERED), failed];
      if (outcomes.filter(Boolean).length < OPENS_AT_FAILURES) return undefined;
      probeAtMs = nowMs + PROBE_EVERY_MS;
      return 'opened';
    },
    get isOpen() {
      return probeAtMs !== undefined;
    },
  };
}
