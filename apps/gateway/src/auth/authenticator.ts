import { ApiError, checkApiKey, ENVIRONMENT_KEY_ID, SCOPES } from '@hookline/contracts';
import { equalSecrets, type UseRecorder } from '@hookline/service';
import { hashSecret } from './api-key.ts';
import type { Attempt, Attempts } from './attempts.ts';
import type { CredentialCache } from './credential-cache.ts';
import type { FailureLimit } from './failure-limit.ts';
import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';
import { isCallToken, isSessionToken } from './portal/portal-secrets.ts';
import { useCredential } from './use-credential.ts';

/**
 * Finds the identity of a bearer token.
 * @param address of the client: a key may be limited to some
 * @throws ApiError `unauthenticated`, `key_expired`, `key_rotated`, `key_revoked`, `portal_session_ended`, `address_not_allowed`, `rate_limited`;
 *   the
 *   error of Postgres or of the issuer's key server if it does not answer
 */
export type Authenticator = (token: string | undefined, address: string) => Promise<Identity>;

export interface AuthenticatorOptions {
  keys: CredentialCache;
  keyUses: UseRecorder;
  /** The tokens of portal sessions, and the uses of the sessions. */
  portalTokens: CredentialCache;
  portalUses: UseRecorder;
  /** From the environment. It is valid always and is never stored. */
  operatorKey: string | undefined;
  verifyJwt: VerifyJwt | undefined;
  attempts: Attempts;
  failures: FailureLimit;
}

const LOOKS_LIKE_JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keys, keyUses, portalTokens, portalUses, operatorKey, verifyJwt, attempts, failures } = options;

  async function identify(token: string, address: string, attempt: Attempt): Promise<Identity> {
    if (operatorKey !== undefined && equalSecrets(token, operatorKey)) {
      return { principal: { role: 'operator', keyId: ENVIRONMENT_KEY_ID }, scopes: SCOPES };
    }
    switch (checkApiKey(token)) {
      case 'mistyped':
        throw new ApiError('unauthenticated', {
          message:
            'This API key has a typing error, or is cut: its last six characters do not fit the others',
        });
      case 'valid': {
        const secretHash = hashSecret(token);
        const unknown = new ApiError('unauthenticated', { message: 'This API key is not valid' });
        return useCredential({ attempt, secretHash, address, cache: keys, uses: keyUses, failures, unknown });
      }
      case 'other':
        if (isCallToken(token)) return usePortalToken(token, address, attempt);
        if (isSessionToken(token)) {
          throw new ApiError('unauthenticated', {
            message: 'This token only opens the portal: exchange it at POST /api/portal/exchange',
          });
        }
        if (verifyJwt && LOOKS_LIKE_JWT.test(token)) return verifyJwt(token);
        throw new ApiError('unauthenticated', { message: 'This API key or token is not valid' });
    }
  }

  function usePortalToken(token: string, address: string, attempt: Attempt): Promise<Identity> {
    const secretHash = hashSecret(token);
    const unknown = new ApiError('portal_session_ended');
    const stored = { cache: portalTokens, uses: portalUses };
    return useCredential({ attempt, secretHash, address, ...stored, failures, unknown });
  }

  return async (token, address) => {
    // Nothing is guessed without a token, and nothing is asked for it.
    if (token === undefined) throw new ApiError('unauthenticated');
    return attempts.run(address, (attempt) => identify(token, address, attempt));
  };
}
