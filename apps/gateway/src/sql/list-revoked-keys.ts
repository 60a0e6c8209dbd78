import type { Database } from '@hookline/db';

/** Lists those of the given keys that are revoked or do not exist. */
export async function listRevokedKeys(database: Database, ids: readonly string[]): Promise<string[]> {
  const { rows } = await database.system<{ id: string }>(
    `select id from unnest($1::text[]) as given (id)
     where not exists (select from api_keys where api_keys.id = given.id and revoked_at is null)`,
    [ids],
  );
  return rows.map(({ id }) => id);
}
