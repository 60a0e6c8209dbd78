import type { Database } from '@hookline/db';

/** The resources of a connection that have a poll, with the names that they had when they were listed last. */
export async function listPolledResources(
  database: Database,
  connectionId: string,
  poll: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await database.system<{ id: string; name: string }>(
    `select resource as id, resource_name as name from connection_tasks
     where connection_id = $1 and kind = 'poll' and name = $2 and resource <> '' and resource_name is not null`,
    [connectionId, poll],
  );
  return rows;
}
