import type { RetryRule } from './retry-rules.ts';

/** When a failed delivery is tried again. */
export interface RetryPolicy {
  /** 0 to 10. Not used with a schedule. */
  maxRetries: number;
  /** The delay before the first retry; it doubles with each retry. Not used with a schedule. */
  retryDelaySeconds: number;
  /** For each retry the delay after the previous attempt, in seconds. Replaces `maxRetries` and `retryDelaySeconds`. */
  schedule: readonly number[] | undefined;
  /** Undefined: every failure that may be retried is. */
  rule?: RetryRule | undefined;
}
