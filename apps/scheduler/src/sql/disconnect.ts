import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

/**
 * Of the connections `c` of applications `other`, those that share the client of the application `own`: with the same
 * client id, at the same origins. Anybody may enter a client id, so a connection of another application counts only if
 * it has a refresh token, which only an exchange with the right secret gives.
 */
const SHARES_CLIENT = sql`
  other.client_id = own.client_id
  and coalesce(other.settings -> 'origins', '{}') = coalesce(own.settings -> 'origins', '{}')
  and (other.id = own.id or exists (
    select from connection_tokens t where t.connection_id = c.id and t.refresh_sealed is not null))`;

/** How many other connections have the same account of the same client, whatever their tenant. */
export async function countOthersOfAccount(
  transaction: Transaction,
  connection: { id: string; appId: string; accountId: string },
): Promise<number> {
  const { rows } = await transaction.execute(sql`
    select count(*)::int as count
    from oauth_apps own
    join oauth_apps other on other.provider = own.provider and other.client_id = own.client_id
    join connections c on c.app_id = other.id and c.account_id = ${connection.accountId}
    where own.id = ${connection.appId} and c.id <> ${connection.id} and c.deleted_at is null and ${SHARES_CLIENT}`);
  return (rows[0] as { count: number } | undefined)?.count ?? 0;
}

/**
 * How many connections of other services use the same client: the same person may have granted them in one grant, and
 * their account ids differ by service.
 */
export async function countOthersOfClient(
  transaction: Transaction,
  connection: { appId: string; provider: string },
): Promise<number> {
  const { rows } = await transaction.execute(sql`
    select count(*)::int as count
    from oauth_apps own
    join oauth_apps other on other.client_id = own.client_id and other.provider <> own.provider
    join connections c on c.app_id = other.id and c.deleted_at is null
    where own.id = ${connection.appId} and ${SHARES_CLIENT}`);
  return (rows[0] as { count: number } | undefined)?.count ?? 0;
}

export interface RemovedToken {
  kind: CredentialKind;
  accessSealed: string;
  refreshSealed: string | null;
}

/** Marks a connection as deleted, and deletes its tokens. @returns the tokens, for withdrawing the grant */
export async function removeConnection(
  transaction: Transaction,
  connectionId: string,
): Promise<RemovedToken[]> {
  await transaction.execute(sql`
    update connections set deleted_at = hookline_now(), updated_at = hookline_now() where id = ${connectionId}`);
  const { rows } = await transaction.execute(sql`
    delete from connection_tokens where connection_id = ${connectionId}
    returning kind, access_sealed as "accessSealed", refresh_sealed as "refreshSealed"`);
  return rows as unknown as RemovedToken[];
}
