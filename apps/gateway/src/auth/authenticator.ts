import { ApiError, SCOPES } from '@hookline/contracts';
import { equalSecrets } from '@hookline/service';
import { hashApiKey, isApiKey } from './api-key.ts';
import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';
import type { KeyCache } from './key-cache.ts';

/**
 * Finds the identity of a bearer token.
 * @param address of the client: a key may be limited to some
 * @throws ApiError `unauthenticated`; the error of Postgres or of the issuer's key server if it does not answer
 */
export type Authenticator = (token: string | undefined, address: string) => Promise<Identity>;

export interface AuthenticatorOptions {
  keys: KeyCache;
  /** From the environment. It is valid always and is never stored. */
  operatorKey: string | undefined;
  verifyJwt: VerifyJwt | undefined;
}

/** The key id of the operator key from the environment. */
const ENVIRONMENT_KEY_ID = 'environment';
const LOOKS_LIKE_JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createAuthenticator({ keys, operatorKey, verifyJwt }: AuthenticatorOptions): Authenticator {
  return async (token) => {
    if (token === undefined) throw new ApiError('unauthenticated');
    if (operatorKey !== undefined && equalSecrets(token, operatorKey)) {
      return { principal: { role: 'operator', keyId: ENVIRONMENT_KEY_ID }, scopes: SCOPES };
    }
    if (isApiKey(token)) {
      const principal = await keys.get(hashApiKey(token));
      if (principal) return { principal, scopes: SCOPES };
    } else if (verifyJwt && LOOKS_LIKE_JWT.test(token)) {
      return verifyJwt(token);
    }
    throw new ApiError('unauthenticated', { message: 'This API key or token is not valid' });
  };
}
