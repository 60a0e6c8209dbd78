import { ApiError, type Connection } from '@hookline/contracts';
import type { Database, SecretBox, Transaction } from '@hookline/db';
import type { AppFacts } from '../../facts/app-facts.ts';
import type { ConnectionRow } from '../../sql/connection-row.ts';
import { findApp } from '../../sql/find-app.ts';
import { findConnectionRow } from '../../sql/find-connection-row.ts';
import { listPollFacts } from '../../sql/list-poll-facts.ts';
import { listTokenFacts } from '../../sql/list-token-facts.ts';
import { presentConnection } from './present-connection.ts';

/** @throws ApiError `not_found`, also for a connection that the transaction may not see */
export async function requireConnection(
  transaction: Transaction,
  id: string,
  options?: { withDeleted?: boolean },
): Promise<ConnectionRow> {
  const row = await findConnectionRow(transaction, id, options);
  if (!row) throw new ApiError('not_found', { message: 'Connection not found' });
  return row;
}

/**
 * The connection as the API shows it.
 * @param scope the tenant; undefined for an operator that named none
 * @throws ApiError `not_found`
 */
export function showConnection(
  database: Database,
  scope: string | undefined,
  id: string,
): Promise<Connection> {
  return database.withScope(scope, async (transaction) => {
    const row = await requireConnection(transaction, id);
    return presentConnection(
      row,
      await listTokenFacts(transaction, [row.id]),
      await listPollFacts(transaction, [row.id]),
    );
  });
}

/** The application of a connection. @throws ApiError `not_found` */
export async function requireApp(
  { database, box }: { database: Database; box: SecretBox },
  appId: string,
): Promise<AppFacts> {
  const app = await findApp(database, box, appId);
  if (!app)
    throw new ApiError('not_found', { message: 'The OAuth application of the connection is deleted' });
  return app;
}
