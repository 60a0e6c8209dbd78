import { type Database, statement, type Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

/** A grant that no connection has any more, and that is to end at its provider. */
export interface EndedGrant {
  tenant: string;
  /** Whose journal tells how it ended; null: the consent was for a new connection, which was not made. */
  connectionId: string | null;
  reason: 'disconnected' | 'not_connected';
  provider: string;
  appId: string;
  /** Of the application, at which the tokens were given. */
  origins: Readonly<Record<string, string>>;
  /** Null: the provider did not tell whose grant it is. */
  accountId: string | null;
  personId: string | null;
}

/** The tokens of one kind. */
export interface EndedTokens {
  id: string;
  kind: CredentialKind;
  accessSealed: string;
  refreshSealed: string | null;
  /** The id to which the sealed tokens are bound. */
  sealedFor: string;
}

/** A revocation that one replica may try until its lease ends. */
export interface ClaimedRevocation extends EndedGrant, EndedTokens {
  leaseId: string;
  failures: number;
  /** Until it is given up. */
  secondsLeft: number;
}

/** For how long a revocation is tried. */
export const REVOCATION_SECONDS = 86_400;

/** @param due the seconds until it is due, or claimed by the lease. It is tried for a day from then on */
export async function insertRevocation(
  transaction: Transaction,
  grant: EndedGrant,
  tokens: EndedTokens,
  due: { seconds: number; leaseId?: string },
): Promise<void> {
  await transaction.execute(sql`
    insert into grant_revocations (id, tenant_id, connection_id, reason, provider, app_id, origins, account_id, person_id,
      kind, access_sealed, refresh_sealed, sealed_for, lease_id, due_at, ends_at)
    values (${tokens.id}, ${grant.tenant}, ${grant.connectionId}, ${grant.reason}, ${grant.provider}, ${grant.appId},
      ${JSON.stringify(grant.origins)}, ${grant.accountId}, ${grant.personId}, ${tokens.kind}, ${tokens.accessSealed},
      ${tokens.refreshSealed}, ${tokens.sealedFor}, ${due.leaseId ?? null},
      hookline_now() + make_interval(secs => ${due.seconds}::float8),
      hookline_now() + make_interval(secs => ${due.seconds + REVOCATION_SECONDS}::float8))`);
}

/**
 * Leaves tokens for revocation that a refresh got after the connection was disconnected. They are bound to the id of the
 * connection.
 */
export async function insertRevocationOfLateTokens(
  transaction: Transaction,
  late: {
    id: string;
    connectionId: string;
    kind: CredentialKind;
    accessSealed: string;
    refreshSealed: string | null;
  },
): Promise<void> {
  await transaction.execute(sql`
    insert into grant_revocations (id, tenant_id, connection_id, reason, provider, app_id, origins, account_id, person_id,
      kind, access_sealed, refresh_sealed, sealed_for, due_at, ends_at)
    select ${late.id}, c.tenant_id, c.id, 'disconnected', c.provider, c.app_id, coalesce(a.settings -> 'origins', '{}'),
      c.account_id, c.person_id, ${late.kind}, ${late.accessSealed}, ${late.refreshSealed}, c.id, hookline_now(),
      hookline_now() + make_interval(secs => ${REVOCATION_SECONDS}::float8)
    from connections c join oauth_apps a on a.id = c.app_id
    where c.id = ${late.connectionId} and c.deleted_at is not null`);
}

const claim = statement(
  { leaseId: 'text', leaseSeconds: 'float8', limit: 'integer', share: 'integer', candidates: 'integer' },
  ({ leaseId, leaseSeconds, limit, share, candidates }) => `
    with due as (
      select id, app_id, due_at from grant_revocations
      where due_at <= hookline_now() order by due_at limit ${candidates}
    ), ranked as (
      select id, row_number() over (partition by app_id order by due_at) as place from due
    ), picked as (
      select id from grant_revocations
      where id in (select id from ranked where place <= ${share} order by place limit ${limit})
        and due_at <= hookline_now()
      for update skip locked
    )
    update grant_revocations r
    set lease_id = ${leaseId}, due_at = hookline_now() + make_interval(secs => ${leaseSeconds}), import_hash = null
    from picked where r.id = picked.id
    returning r.id, r.tenant_id as tenant, r.connection_id as "connectionId", r.reason, r.provider, r.app_id as "appId",
      r.origins, r.account_id as "accountId", r.person_id as "personId", r.kind, r.access_sealed as "accessSealed",
      r.refresh_sealed as "refreshSealed", r.sealed_for as "sealedFor", r.lease_id as "leaseId", r.failures,
      extract(epoch from r.ends_at - hookline_now())::float8 as "secondsLeft"`,
);

/** The most due revocations that a claim looks at. */
const CANDIDATES = 500;

/**
 * Claims revocations that are due, and of each application at most its share: those of a provider that hangs leave room
 * for the others. Two replicas never claim the same one.
 */
export async function claimRevocations(
  database: Database,
  options: { leaseId: string; leaseSeconds: number; limit: number; share: number },
): Promise<ClaimedRevocation[]> {
  const { rows } = await claim.run<ClaimedRevocation>(database, { ...options, candidates: CANDIDATES });
  return rows;
}

type Claim = Pick<ClaimedRevocation, 'id' | 'leaseId'>;

/** @returns false, and changes nothing, if another replica has claimed it since */
export async function endRevocation(transaction: Transaction, { id, leaseId }: Claim): Promise<boolean> {
  const { rowCount } = await transaction.execute(
    sql`delete from grant_revocations where id = ${id} and lease_id = ${leaseId}`,
  );
  return rowCount === 1;
}

/** @returns false, and changes nothing, if another replica has claimed it since */
export async function postponeRevocation(
  transaction: Transaction,
  { id, leaseId }: Claim,
  { seconds, error }: { seconds: number; error: string },
): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    update grant_revocations
    set lease_id = null, due_at = hookline_now() + make_interval(secs => ${seconds}::float8), failures = failures + 1,
        last_error = ${error.slice(0, 500)}
    where id = ${id} and lease_id = ${leaseId}`);
  return rowCount === 1;
}

/** Replaces the tokens of a revocation by newer ones, which are bound to the same id. */
export async function replaceRevokedTokens(
  transaction: Transaction,
  { id, leaseId }: Claim,
  { accessSealed, refreshSealed }: Pick<EndedTokens, 'accessSealed' | 'refreshSealed'>,
): Promise<void> {
  await transaction.execute(sql`
    update grant_revocations set access_sealed = ${accessSealed}, refresh_sealed = ${refreshSealed}
    where id = ${id} and lease_id = ${leaseId}`);
}

/** Stores whose grant it is, as the provider told late. */
export async function nameRevocation(
  database: Database,
  { id, leaseId }: Claim,
  { accountId, personId }: Pick<EndedGrant, 'accountId' | 'personId'>,
): Promise<void> {
  await database.withSystem((transaction) =>
    transaction.execute(sql`
      update grant_revocations set account_id = ${accountId}, person_id = ${personId}
      where id = ${id} and lease_id = ${leaseId}`),
  );
}

/** Whether grants of an application are still to be revoked. */
export async function hasRevocations(transaction: Transaction, appId: string): Promise<boolean> {
  const { rows } = await transaction.execute(
    sql`select exists (select from grant_revocations where app_id = ${appId}) as found`,
  );
  return (rows[0] as { found: boolean } | undefined)?.found === true;
}
