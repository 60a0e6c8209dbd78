import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';

/** A connection, and where grants to its client are given. */
export interface GrantPlace {
  connectionId: string;
  /** The services whose grants are given at the same place, its own included. */
  services: readonly string[];
  /** The origin of the provider's token endpoint, which an application may replace. */
  tokenOrigin: string;
}

/**
 * Joins the connection `mine` with its application `own` and with the connections `c` of applications `other` that have
 * the same client at the same place. Anybody may enter a client id, so a connection of another application counts only
 * if the provider has shown, with the secret, that its token is of that client.
 */
const sharesClient = ({ connectionId, services, tokenOrigin }: GrantPlace) => sql`
  from connections mine
  join oauth_apps own on own.id = mine.app_id
  join oauth_apps other on other.client_id = own.client_id and other.provider = any(${textArray(services)})
    and coalesce(other.settings -> 'origins' ->> ${tokenOrigin}::text, '') = coalesce(own.settings -> 'origins' ->> ${tokenOrigin}::text, '')
  join connections c on c.app_id = other.id and c.id <> mine.id and c.deleted_at is null
    and (other.id = own.id or exists (
      select from connection_tokens t where t.connection_id = c.id and t.client_proven))
  where mine.id = ${connectionId}`;

/** How many other connections have the same account of the same client, whatever their tenant. */
export async function countOthersOfAccount(transaction: Transaction, place: GrantPlace): Promise<number> {
  const { rows } = await transaction.execute(sql`
    select count(*)::int as count ${sharesClient(place)}
      and c.provider = mine.provider and c.account_id = mine.account_id`);
  return (rows[0] as { count: number } | undefined)?.count ?? 0;
}

/**
 * How many connections of other accounts the same person may have given the same client. Where the provider did not tell
 * who gave a grant, the connections of other services count: their account ids say nothing of the person.
 */
export async function countOthersOfPerson(transaction: Transaction, place: GrantPlace): Promise<number> {
  const { rows } = await transaction.execute(sql`
    select count(*)::int as count ${sharesClient(place)}
      and not (c.provider = mine.provider and c.account_id = mine.account_id)
      and coalesce(c.person_id = mine.person_id, c.provider <> mine.provider)`);
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
