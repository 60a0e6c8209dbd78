import { ApiError, type Principal, tenantToRead } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { ConnectionFacts } from '../../facts/connection-facts.ts';
import { findConnection } from '../../sql/find-connection.ts';

/** @throws ApiError `not_found`, also for a connection of another tenant */
export async function requireConnectionOf(
  database: Database,
  principal: Principal,
  id: string,
  userId: string | undefined,
): Promise<ConnectionFacts> {
  const tenant = tenantToRead(principal, userId);
  const connection = await findConnection(database, id);
  if (!connection || (tenant !== undefined && connection.tenant !== tenant))
    throw new ApiError('not_found', { message: 'Connection not found' });
  return connection;
}
