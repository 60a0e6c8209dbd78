import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { findEndpoint } from '../../sql/find-endpoint.ts';

/** @throws ApiError `not_found`, also for an endpoint that the transaction may not see */
export async function requireEndpoint(tx: Transaction, id: string): Promise<EndpointRow> {
  const row = await findEndpoint(tx, id);
  if (!row) throw endpointNotFound();
  return row;
}

export const endpointNotFound = (): ApiError =>
  new ApiError('not_found', { message: 'There is no such endpoint' });
