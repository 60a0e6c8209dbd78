import { WebhookVerificationError } from './errors.ts';

/** Five minutes, as all libraries of Standard Webhooks use. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

const WHOLE_SECONDS = /^(?:0|[1-9][0-9]{0,11})$/;

export interface TimestampPolicy {
  /** How far the sender's clock may be off, into the past and into the future. Null: any timestamp passes. Default 300. */
  readonly toleranceSeconds?: number | null | undefined;
  /** The receiver's clock in ms since 1970. Default: `Date.now()`. */
  readonly nowMs?: number | undefined;
}

/**
 * The timestamp header as a number of seconds, once it is known to be near enough.
 * @throws {WebhookVerificationError} malformed, too old, too new, or a tolerance that is no number of seconds
 */
export function checkTimestamp(header: string, value: string, policy: TimestampPolicy): number {
  const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, nowMs = Date.now() } = policy;
  // NaN would compare false with everything and so switch the check off without a word.
  if (toleranceSeconds !== null && !(toleranceSeconds >= 0)) {
    throw new WebhookVerificationError(
      'invalid_tolerance',
      `toleranceSeconds must be null or a number that is not negative; got ${toleranceSeconds}.`,
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
      `The message was signed ${ageSeconds} s ago; ${toleranceSeconds} s are allowed.`,
      header,
    );
  }
  if (-ageSeconds > toleranceSeconds) {
    throw new WebhookVerificationError(
      'timestamp_too_new',
      `The message was signed ${-ageSeconds} s in the future; ${toleranceSeconds} s are allowed. Check both clocks.`,
      header,
    );
  }
  return seconds;
}
