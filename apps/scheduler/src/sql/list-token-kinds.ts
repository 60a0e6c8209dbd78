import type { Database } from '@hookline/db';

/** The kinds of tokens that a connection has. */
export async function listTokenKinds(database: Database, connectionId: string): Promise<string[]> {
  const { rows } = await database.system<{ kind: string }>(
    'select kind from connection_tokens where connection_id = $1 order by kind',
    [connectionId],
  );
  return rows.map(({ kind }) => kind);
}
