import type { Database } from '@hookline/db';

export interface UnroutedPushRow {
  accountKey: string;
  pushes: number;
  lastType: string;
  firstAt: Date;
  lastAt: Date;
}

/** The newest account keys without a connection. */
export async function listUnroutedPushes(
  database: Database,
  appId: string,
  limit: number,
): Promise<UnroutedPushRow[]> {
  const { rows } = await database.system<UnroutedPushRow>(
    `select account_key as "accountKey", pushes::float8 as pushes, last_type as "lastType", first_at as "firstAt",
            last_at as "lastAt"
     from unrouted_pushes where app_id = $1 order by last_at desc limit $2`,
    [appId, limit],
  );
  return rows;
}
