import { timingSafeEqual } from 'node:crypto';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { usableSecrets } from './usable-secrets.ts';

/**
 * Which secret made one of the candidates, for signatures that no scheme can describe. All are tried, and compared in
 * constant time.
 * @param expected the signature by a secret; candidates of another length are none
 * @param hint what else may be wrong, a sentence for the operator
 */
export function matchSecrets(
  input: Pick<VerificationInput, 'secrets'>,
  expected: (secret: string) => Buffer,
  candidates: readonly Buffer[],
  hint = 'another secret signed, or the request was changed on its way',
): VerificationResult {
  const secrets = usableSecrets(input);
  if (secrets.length === 0) {
    return reject('no_secret', 'No secret is configured, so nothing can be verified.');
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
