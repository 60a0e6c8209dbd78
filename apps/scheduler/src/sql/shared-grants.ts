import { type Database, statement } from '@hookline/db';

/** A grant, and where grants to its client are given. */
export interface GrantPlace {
  appId: string;
  provider: string;
  /**
   * Null: the provider did not tell whose grant it is. Then each connection of the client may share it, except those that
   * are known to be of another person.
   */
  accountId: string | null;
  /** Null: the provider did not tell who gave it. */
  personId: string | null;
  /** The services whose grants are given at the same place, its own included. */
  services: readonly string[];
  /** The origin of the provider's token endpoint, and what the application calls in its place; '': that origin. */
  tokenOrigin: string;
  replacedBy: string;
  /** A connection that is left out. */
  exceptId: string | null;
}

const count = statement(
  {
    appId: 'text',
    provider: 'text',
    accountId: 'text?',
    personId: 'text?',
    services: 'jsonb',
    tokenOrigin: 'text',
    replacedBy: 'text',
    exceptId: 'text?',
  },
  ({ appId, provider, accountId, personId, services, tokenOrigin, replacedBy, exceptId }) => `
    with found as (
      select case when ${accountId} is null then coalesce(c.person_id = ${personId}, true)
               else c.provider = ${provider} and c.account_id = ${accountId} end as is_account,
             c.person_id, c.provider
      from oauth_apps own
      join oauth_apps other on other.client_id = own.client_id and ${services} ? other.provider
        and coalesce(other.settings -> 'origins' ->> ${tokenOrigin}, '') = ${replacedBy}
      join connections c on c.app_id = other.id and c.id is distinct from ${exceptId} and c.deleted_at is null
        and (other.id = own.id or exists (
          select from connection_tokens t where t.connection_id = c.id and t.client_proven))
      where own.id = ${appId}
    )
    select (count(*) filter (where is_account))::int as "ofAccount",
           (count(*) filter (
             where ${accountId} is not null and not is_account
               and coalesce(person_id = ${personId}, provider <> ${provider})))::int as "ofPerson"
    from found`,
);

/**
 * How many connections share a grant, whatever their tenant: those of the same account, and those of other accounts of
 * the same person. Where the provider did not tell who gave a grant, the connections of other services count as of the
 * same person: their account ids say nothing of the person.
 *
 * Anybody may enter a client id, so a connection of another application counts only if the provider has shown, with the
 * secret, that its token is of that client.
 */
export async function countSharing(
  database: Database,
  place: GrantPlace,
): Promise<{ ofAccount: number; ofPerson: number }> {
  const { rows } = await count.run<{ ofAccount: number; ofPerson: number }>(database, {
    ...place,
    services: JSON.stringify(place.services),
  });
  return rows[0] ?? { ofAccount: 0, ofPerson: 0 };
}
