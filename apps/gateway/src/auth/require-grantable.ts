import { ApiError, scopesOf } from '@hookline/contracts';
import type { Identity } from './identity.ts';

/**
 * Checks that a caller hands on no more than it has itself.
 * @throws ApiError `scope_missing`
 */
export function requireGrantable({ scopes }: Pick<Identity, 'scopes'>, grants: readonly string[]): void {
  const missing = scopesOf(grants).filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return;
  throw new ApiError('scope_missing', {
    message: `A key gets no scope that its maker does not have: ${missing.join(', ')}. Leave these out of scopes, or use a key that has them`,
  });
}
