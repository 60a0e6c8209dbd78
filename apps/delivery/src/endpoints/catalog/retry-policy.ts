/** When a failed delivery is tried again. */
export interface RetryPolicy {
  /** 0 to 10; not used with a schedule. */
  maxRetries: number;
  /** Before the first retry; doubles with each. Not used with a schedule. */
  retryDelaySeconds: number;
  /** Seconds after the attempt before, one for each retry; replaces the two above. */
  schedule: readonly number[] | undefined;
}
