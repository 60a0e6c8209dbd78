import { ApiError, type Scope } from '@hookline/contracts';
import type { Identity } from './identity.ts';

/**
 * The only check of scopes: operations and the feed are both authorized here.
 * @param scope null: any identity will do
 * @throws ApiError `scope_missing`
 */
export function requireScope({ scopes }: Pick<Identity, 'scopes'>, scope: Scope | null): void {
  if (scope === null || scopes.includes(scope)) return;
  throw new ApiError('scope_missing', {
    message: `This needs the scope "${scope}", which this key or token does not have`,
  });
}
