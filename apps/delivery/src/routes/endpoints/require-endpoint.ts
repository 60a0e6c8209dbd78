import { type ApiError, noneNamed } from '@hookline/contracts';
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

/** @param name as in the path; '' if none was given */
export const endpointNotFound = (name = ''): ApiError => noneNamed(name, 'endpoint');
