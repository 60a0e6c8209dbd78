import type { Database } from '@hookline/db';
import { type ConnectionFacts, withIdentity } from '../facts/connection-facts.ts';

type Row = Omit<ConnectionFacts, 'scopesGranted' | 'accountName'> & {
  scopesGranted: string[] | null;
  accountName: string | null;
  identity: Record<string, string>;
};

/**
 * The connection with this id, of whichever tenant.
 * @returns undefined if there is none, or it is deleted and deleted ones are not asked for
 */
export async function findConnection(
  database: Database,
  connectionId: string,
  options: { withDeleted?: boolean } = {},
): Promise<ConnectionFacts | undefined> {
  const { rows } = await database.system<Row>(
    `select id, tenant_id as tenant, provider, app_id as "appId", account_id as "accountId",
            account_name as "accountName", settings, identity,
            scopes_granted as "scopesGranted", status
     from connections where id = $1 and (deleted_at is null or $2)`,
    [connectionId, options.withDeleted === true],
  );
  const [found] = rows;
  if (!found) return undefined;
  const { identity, ...row } = found;
  return {
    ...row,
    settings: withIdentity(row.settings, identity),
    accountName: row.accountName ?? undefined,
    scopesGranted: row.scopesGranted ?? undefined,
  };
}
