import type { Database } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { sql } from 'drizzle-orm';
import { requestResources } from './request-resources.ts';
import { setConnectionSettings } from './set-connection-settings.ts';

/**
 * Stores the name that a resource of a connection has at its provider now: with its tasks and its watch, and in the
 * settings in place of the earlier name.
 * @returns false, and changes nothing, if all of them have the name
 */
export function renameResource(
  database: Database,
  connectionId: string,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<boolean> {
  return database.withSystem(async (transaction) => {
    const { rows } = await transaction.execute(
      sql`select settings from connections where id = ${connectionId} and deleted_at is null for update`,
    );
    const [connection] = rows as unknown as { settings: ConnectionSettings }[];
    if (connection === undefined) return false;
    const resources = withName(connection.settings.resources, from, to);
    if (resources !== undefined) {
      await setConnectionSettings(transaction, connectionId, { ...connection.settings, resources });
      // A list that is read now is compared with the earlier name.
      await requestResources(transaction, connectionId);
    }
    const tasks = await transaction.execute(sql`
      update connection_tasks set resource_name = ${to}
      where connection_id = ${connectionId} and resource = ${id} and resource_name is distinct from ${to}`);
    const watches = await transaction.execute(sql`
      update platform_webhooks set resource_name = ${to}, updated_at = hookline_now()
      where connection_ids @> array[${connectionId}::text] and resource = ${id} and resource_name is distinct from ${to}
        and deleted_at is null`);
    return resources !== undefined || (tasks.rowCount ?? 0) + (watches.rowCount ?? 0) > 0;
  });
}

/** @returns undefined if the earlier name is not among them */
function withName(names: readonly string[] | undefined, from: string, to: string): string[] | undefined {
  const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  if (isSame(from, to) || !names?.some((name) => isSame(name, from))) return undefined;
  const others = names.filter((name) => !isSame(name, to));
  return others.map((name) => (isSame(name, from) ? to : name));
}
