import { ApiError, UID_PREFIX } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { findNamedEndpoint } from '../../sql/find-endpoint.ts';

/**
 * @param name the id, or `uid:` and the tenant's own id
 * @throws ApiError `not_found`, also for an endpoint that the transaction may not see
 */
export async function requireEndpoint(tx: Transaction, name: string): Promise<EndpointRow> {
  const row = await findNamedEndpoint(tx, name);
  if (!row) throw endpointNotFound(name);
  return row;
}

export const endpointNotFound = (name = ''): ApiError =>
  new ApiError('not_found', {
    message: name.startsWith(UID_PREFIX)
      ? 'There is no such endpoint, or several tenants have one with this uid: name the tenant with userId'
      : 'There is no such endpoint',
  });
