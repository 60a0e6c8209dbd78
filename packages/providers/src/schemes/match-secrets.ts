import { timingSafeEqual } from 'node:crypto';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { usableSecrets } from './usable-secrets.ts';

/**
 * Finds the secret that made one of the candidates, for signatures that no scheme can describe. Tries every secret and
 * compares in constant time.
 * @param expected returns the signature by a secret; candidates of another length never match
 * @param hint the likely causes of a mismatch, for the operator
 */
export function matchSecrets(
  input: Pick<VerificationInput, 'secrets'>,
  expected: (secret: string) => Buffer,
  candidates: readonly Buffer[],
  hint = 'it was made with another secret, or the request was changed in transit',
): VerificationResult {
  const secrets = usableSecrets(input);
  if (secrets.length === 0) {
    return reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
  }
  let matchedIndex = -1;
  for (const { secret, secretIndex } of secrets) {
    const signature = expected(secret);
    for (const candidate of candidates) {
      const matches = candidate.length === signature.length && timingSafeEqual(candidate, signature);
      if (matches && matchedIndex === -1) matchedIndex = secretIndex;
    }
  }
  return matchedIndex === -1
    ? reject('invalid_signature', `The signature does not match: ${hint}.`, { secretsTried: secrets.length })
    : { ok: true, secretIndex: matchedIndex };
}
