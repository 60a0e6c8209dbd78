import type { Logger } from '@hookline/service';

export interface ClaimMonitor {
  /** A claim was made, or none is wanted. */
  recordSuccess(): void;
  /** No claim could be made. */
  recordFailure(reason: string): void;
  /** For how long no claim could be made; 0 for the first STALLED_AFTER_MS. */
  stalledMs(): number;
  /** The reason; undefined for the first STALLED_AFTER_MS. */
  readonly problem: string | undefined;
}

export const STALLED_AFTER_MS = 30_000;

/**
 * Notices when due deliveries are not claimed any more, whatever the reason: retries and other deliveries that wait in
 * Postgres would otherwise wait for ever without any error.
 */
export function createClaimMonitor(logger: Logger, stalledAfterMs = STALLED_AFTER_MS): ClaimMonitor {
  let wellAtMs = performance.now();
  let reason: string | undefined;
  let isTold = false;

  function describe(): string | undefined {
    const stalledMs = performance.now() - wellAtMs;
    if (stalledMs < stalledAfterMs) return undefined;
    const why = reason ?? 'the last claim has not come to an end';
    return `nothing that is due has been claimed for ${Math.floor(stalledMs / 1_000)} s: ${why}`;
  }

  return {
    recordSuccess() {
      if (isTold) logger.info({}, 'what is due is claimed again');
      wellAtMs = performance.now();
      reason = undefined;
      isTold = false;
    },
    recordFailure(why) {
      reason = why;
      const problem = describe();
      if (problem === undefined || isTold) return;
      isTold = true;
      logger.error({ stalledMs: Math.round(performance.now() - wellAtMs) }, problem);
    },
    stalledMs() {
      const stalledMs = performance.now() - wellAtMs;
      return stalledMs < stalledAfterMs ? 0 : stalledMs;
    },
    get problem() {
      return describe();
    },
  };
}
