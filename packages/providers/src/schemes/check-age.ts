import type { VerificationInput } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';

/** The age of a request whose signature, with the time in it, was found right. */
export function checkAgeOf(
  { request, toleranceSeconds }: Pick<VerificationInput, 'request' | 'toleranceSeconds'>,
  signedAtMs: number,
  defaultSeconds: number,
): Rejection | undefined {
  const tolerance = toleranceOf({ toleranceSeconds }, defaultSeconds);
  return tolerance === null ? undefined : checkAge(request.receivedAtMs, signedAtMs, tolerance, true);
}

/** The source's tolerance, else the provider's; null: any timestamp. */
export const toleranceOf = (
  { toleranceSeconds }: Pick<VerificationInput, 'toleranceSeconds'>,
  defaultSeconds: number,
): number | null => (toleranceSeconds === undefined ? defaultSeconds : toleranceSeconds);

/**
 * @param signedAtMs as the sender says, in ms since 1970; NaN where it says no time
 * @param signatureMatches so that the operator learns whether it was an honest sender with a wrong clock
 */
export function checkAge(
  receivedAtMs: number,
  signedAtMs: number,
  toleranceSeconds: number,
  signatureMatches: boolean,
): Rejection | undefined {
  const ageSeconds = Math.floor((receivedAtMs - signedAtMs) / 1000);
  // Not "greater than": a time that is no number is out of any tolerance.
  if (Math.abs(ageSeconds) <= toleranceSeconds) return undefined;
  const unit = foreignUnit(receivedAtMs, signedAtMs);
  const signature = signatureMatches
    ? `The signature itself is right: ${unit === undefined ? 'the request is late or repeated, or a clock is wrong' : 'only the unit of the timestamp is wrong'}.`
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

/** In which other unit the timestamp is today's: senders mix up seconds and milliseconds. */
function foreignUnit(receivedAtMs: number, signedAtMs: number): string | undefined {
  if (Math.abs(receivedAtMs - signedAtMs / 1000) < DAY_MS) return 'milliseconds, where seconds are due';
  if (Math.abs(receivedAtMs - signedAtMs * 1000) < DAY_MS) return 'seconds, where milliseconds are due';
  return undefined;
}

function describeAge(ageSeconds: number): string {
  if (Number.isNaN(ageSeconds)) return 'at no time that it names';
  return ageSeconds < 0 ? `${-ageSeconds} s in the future` : `${ageSeconds} s ago`;
}
