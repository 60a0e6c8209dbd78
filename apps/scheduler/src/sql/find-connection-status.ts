import type { ConnectionStatus } from '@hookline/contracts';
import type { Database } from '@hookline/db';

/** Undefined: there is no such connection, or it is deleted. */
export async function findConnectionStatus(
  database: Database,
  connectionId: string,
): Promise<ConnectionStatus | undefined> {
  const { rows } = await database.system<{ status: ConnectionStatus }>(
    'select status from connections where id = $1 and deleted_at is null',
    [connectionId],
  );
  return rows[0]?.status;
}
