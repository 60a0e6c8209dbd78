import type { Database } from '@hookline/db';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { findConnection } from './find-connection.ts';

/** The connection with the time since which it exists, in ms since 1970. */
export async function findWatchedConnection(
  database: Database,
  id: string,
): Promise<(ConnectionFacts & { readonly createdAtMs: number }) | undefined> {
  const [connection, { rows }] = await Promise.all([
    findConnection(database, id),
    database.system<{ createdAt: Date }>('select created_at as "createdAt" from connections where id = $1', [
      id,
    ]),
  ]);
  const createdAtMs = rows[0]?.createdAt.getTime();
  return connection && createdAtMs !== undefined ? { ...connection, createdAtMs } : undefined;
}
