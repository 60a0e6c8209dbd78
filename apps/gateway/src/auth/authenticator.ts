import { ApiError } from '@hookline/contracts';
import { isTransientDatabaseError } from '@hookline/db';
import { equalSecrets } from '@hookline/service';
import { hashApiKey, isApiKey } from './api-key.ts';
import type { Identity } from './identity.ts';
import type { VerifyJwt } from './jwt.ts';
import type { KeyCache } from './key-cache.ts';

/**
 * Who a bearer token stands for.
 * @throws ApiError `unauthenticated`; `upstream_unavailable` when that cannot be told just now
 */
export type Authenticator = (token: string | undefined) => Promise<Identity>;

export interface AuthenticatorOptions {
  keys: KeyCache;
  /** Always works, is never stored. */
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
      return { principal: { role: 'operator', keyId: ENVIRONMENT_KEY_ID } };
    }
    if (isApiKey(token)) {
      const principal = await keys.get(hashApiKey(token)).catch((error: unknown) => {
        if (!isTransientDatabaseError(error)) throw error;
        throw new ApiError('upstream_unavailable', {
          message: 'Postgres does not answer, so the API key could not be checked',
          cause: error,
        });
      });
      if (principal) return { principal };
    } else if (verifyJwt && LOOKS_LIKE_JWT.test(token)) {
      return verifyJwt(token);
    }
    throw new ApiError('unauthenticated', { message: 'This API key or token is not valid' });
  };
}
