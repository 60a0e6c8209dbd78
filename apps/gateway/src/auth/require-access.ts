import { ApiError, allowsInPortal, type Operation } from '@hookline/contracts';
import type { Identity } from './identity.ts';
import { scopeMissing } from './scope-missing.ts';

/**
 * The only check of what a caller may do: operations and the feed are both authorized here. A portal session has no scopes:
 * its capabilities alone decide.
 * @param operation its scope null: any identity will do but a portal session's
 * @throws ApiError `scope_missing`, `forbidden`
 */
export function requireAccess(
  { scopes, capabilities }: Pick<Identity, 'scopes' | 'capabilities'>,
  { id, scope }: Pick<Operation, 'id' | 'scope'>,
): void {
  if (capabilities !== undefined) {
    if (allowsInPortal(capabilities, id)) return;
    throw new ApiError('forbidden', { message: 'This portal session is not allowed to do this' });
  }
  if (scope === null || scopes.includes(scope)) return;
  throw scopeMissing(scope);
}
