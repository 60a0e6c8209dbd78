import type { VerificationInput } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';

/** The age of a request whose signature, with the time in it, was found right. */
export function checkAgeOf(
  { request, toleranceSeconds }: Pick<VerificationInput, 'request' | 'toleranceSeconds'>,
  signedAtMs: number,
  defaultSeconds: number,
): Rejection | undefined {
  if (toleranceSeconds === null) return undefined;
  const tolerance = toleranceSeconds ?? defaultSeconds;
  const ageSeconds = Math.floor((request.receivedAtMs - signedAtMs) / 1000);
  // Not "greater than": a time that is no number is too old.
  return Math.abs(ageSeconds) <= tolerance
    ? undefined
    : reject(
        'timestamp_out_of_tolerance',
        `The request was signed ${ageSeconds} s ago; ${tolerance} s are allowed. It is late or repeated, or a clock is wrong.`,
        { ageSeconds, toleranceSeconds: tolerance, signatureMatches: true },
      );
}
