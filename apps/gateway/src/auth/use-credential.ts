import { ApiError } from '@hookline/contracts';
import type { UseRecorder } from '@hookline/service';
import type { Attempt } from './attempts.ts';
import type { CredentialCache } from './credential-cache.ts';
import type { FailureLimit } from './failure-limit.ts';
import type { Identity } from './identity.ts';
import { KnownCallerError } from './known-caller-error.ts';

export interface CredentialUse {
  attempt: Attempt;
  secretHash: Buffer;
  address: string;
  cache: CredentialCache;
  uses: UseRecorder;
  failures: FailureLimit;
  /** What a credential is answered with that Postgres does not know. */
  unknown: ApiError;
}

/**
 * Finds the identity of a stored credential, and notes that it was used.
 * @throws ApiError: `unknown`, why it is refused, `address_not_allowed`, `rate_limited`; the error of Postgres if it does not
 *   answer
 */
export async function useCredential(use: CredentialUse): Promise<Identity> {
  const { attempt, secretHash, address, cache, uses, failures } = use;
  attempt.isRepeat = cache.refuses(secretHash);
  const isKnown = attempt.isRepeat || cache.knows(secretHash);
  const find = () => cache.get(secretHash);
  const found = await (isKnown ? find() : failures.lookUp(address, find));
  if (!found) throw use.unknown;
  if ('refused' in found) {
    throw found.principal
      ? new KnownCallerError(found.refused, found.principal)
      : new ApiError(found.refused);
  }
  if (!found.allowsAddress(address)) {
    throw new KnownCallerError('address_not_allowed', found.principal, {
      message: `This API key may not be used from ${address}, which is not among its allowedAddresses: call from one of these, or use another key`,
    });
  }
  const { principal, scopes, capabilities, endsAt } = found;
  uses.note(principal.keyId);
  return {
    principal,
    scopes,
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(endsAt === undefined ? {} : { expiresAtMs: Date.now() + endsAt - performance.now() }),
  };
}
