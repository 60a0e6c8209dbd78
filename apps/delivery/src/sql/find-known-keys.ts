import type { Database } from '@hookline/db';

/** Those of the keys by which an event of the tenant is known. */
export async function findKnownKeys(
  database: Database,
  tenant: string,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return [];
  const { rows } = await database.system<{ key: string }>(
    `select dedupe_key as key from event_keys where tenant_id = $1 and dedupe_key = any($2)`,
    [tenant, keys],
  );
  return rows.map(({ key }) => key);
}
