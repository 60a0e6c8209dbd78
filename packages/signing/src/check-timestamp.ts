import { WebhookVerificationError } from './errors.ts';

/** Five minutes, as in all libraries of Standard Webhooks. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

const WHOLE_SECONDS = /^(?:0|[1-9][0-9]{0,11})$/;

export interface TimestampPolicy {
  /** How far the timestamp may be in the past or in the future. Null: any timestamp is accepted. Default 300. */
  readonly toleranceSeconds?: number | null | undefined;
  /** The receiver's clock in ms since 1970. Default: `Date.now()`. */
  readonly nowMs?: number | undefined;
}

/**
 * The value of a timestamp header in seconds, checked against the tolerance.
 * @throws {WebhookVerificationError} malformed, too old, too new, or an invalid tolerance
 */
export function checkTimestamp(header: string, value: string, policy: TimestampPolicy): number {
  const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, nowMs = Date.now() } = policy;
  // Every comparison with NaN is false, so NaN would silently switch the check off.
  if (toleranceSeconds !== null && !(toleranceSeconds >= 0)) {
    throw new WebhookVerificationError(
      'invalid_tolerance',
      `toleranceSeconds must be null or a non-negative number; got ${toleranceSeconds}.`,
    );
  }
  if (!WHOLE_SECONDS.test(value)) {
    throw new WebhookVerificationError(
      'malformed_timestamp',
      `The header ${header} is not a whole number of seconds since 1970.`,
      header,
    );
  }
  const seconds = Number(value);
  if (toleranceSeconds === null) return seconds;
  const ageSeconds = Math.floor(nowMs / 1000) - seconds;
  if (Number.isNaN(ageSeconds) || ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_old',
      `The message was signed ${ageSeconds} s ago; at most ${toleranceSeconds} s are allowed.`,
      header,
    );
  }
  if (-ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_new',
      `The message was signed ${-ageSeconds} s in the future; at most ${toleranceSeconds} s are allowed. Check both clocks.`,
      header,
    );
  }
  return seconds;
}
