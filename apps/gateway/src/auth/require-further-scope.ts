import { ApiError, type Operation } from '@hookline/contracts';
import type { Identity } from './identity.ts';
import { scopeMissing } from './scope-missing.ts';

/**
 * Checks the scope that a call needs only because of the value of a field. A portal session, which has no scopes, may not make
 * such a call.
 * @throws ApiError `scope_missing`, `forbidden`
 */
export function requireFurtherScope(
  { scopes, capabilities }: Pick<Identity, 'scopes' | 'capabilities'>,
  { furtherScope }: Pick<Operation, 'furtherScope'>,
  request: { query: unknown; body: unknown },
): void {
  if (furtherScope === undefined || scopes.includes(furtherScope.scope)) return;
  const { in: part, field, value, scope } = furtherScope;
  const given = request[part];
  if (typeof given !== 'object' || given === null || (given as Record<string, unknown>)[field] !== value)
    return;
  const path = `${part === 'query' ? 'querystring' : part}/${field}`;
  if (capabilities === undefined) throw scopeMissing(scope, `${path} ${value}`);
  const message = `is not for this portal session to set to ${value}`;
  throw new ApiError('forbidden', { message: `${path} ${message}`, details: [{ path, message }] });
}
