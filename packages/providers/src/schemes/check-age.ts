import type { VerificationInput } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';

/** Checks the age of a request whose signature, including the time, is valid. */
export function checkAgeOf(
  { request, toleranceSeconds }: Pick<VerificationInput, 'request' | 'toleranceSeconds'>,
  signedAtMs: number,
  defaultSeconds: number,
): Rejection | undefined {
  const tolerance = toleranceOf({ toleranceSeconds }, defaultSeconds);
  return tolerance === null ? undefined : checkAge(request.receivedAtMs, signedAtMs, tolerance, true);
}

/** The source's tolerance, otherwise the provider's; null: any timestamp. */
export const toleranceOf = (
  { toleranceSeconds }: Pick<VerificationInput, 'toleranceSeconds'>,
  defaultSeconds: number,
): number | null => (toleranceSeconds === undefined ? defaultSeconds : toleranceSeconds);

/**
 * @param signedAtMs the signed time, in ms since 1970; NaN if there is none
 * @param signatureMatches tells the operator whether an honest sender has a wrong clock
 */
export function checkAge(
  receivedAtMs: number,
  signedAtMs: number,
  toleranceSeconds: number,
  signatureMatches: boolean,
): Rejection | undefined {
  const ageSeconds = Math.floor((receivedAtMs - signedAtMs) / 1000);
  // Not "greater than": NaN must be outside of every tolerance.
  if (Math.abs(ageSeconds) <= toleranceSeconds) return undefined;
  const unit = foreignUnit(receivedAtMs, signedAtMs);
  const signature = signatureMatches
    ? `The signature is valid: ${unit === undefined ? 'the request is late or repeated, or a clock is wrong' : 'only the unit of the timestamp is wrong'}.`
    : 'The signature does not match either.';
  const when = unit === undefined ? describeAge(ageSeconds) : `with a timestamp in ${unit}`;
  const rejection = reject(
    'timestamp_out_of_tolerance',
    `The request was signed ${when}; ${toleranceSeconds} s are allowed. ${signature}`,
    { ageSeconds, toleranceSeconds, signatureMatches, ...(unit === undefined ? {} : { unit }) },
  );
  return ageSeconds < 0 ? { ...rejection, publicMessage: 'Request timestamp in the future' } : rejection;
}

const DAY_MS = 86_400_000;

/** The other unit in which the timestamp is current: senders confuse seconds and milliseconds. */
function foreignUnit(receivedAtMs: number, signedAtMs: number): string | undefined {
  if (Math.abs(receivedAtMs - signedAtMs / 1000) < DAY_MS) return 'milliseconds instead of seconds';
  if (Math.abs(receivedAtMs - signedAtMs * 1000) < DAY_MS) return 'seconds instead of milliseconds';
  return undefined;
}

function describeAge(ageSeconds: number): string {
  if (Number.isNaN(ageSeconds)) return 'at an unknown time';
  return ageSeconds < 0 ? `${-ageSeconds} s in the future` : `${ageSeconds} s ago`;
}
