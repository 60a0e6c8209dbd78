import type { ConnectionStatus } from '@hookline/contracts';
import { type Database, statement } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';

export interface TokenRow {
  connectionId: string;
  kind: CredentialKind;
  tenant: string;
  status: ConnectionStatus;
  reason: string | null;
  generation: number;
  accessSealed: string;
  canRefresh: boolean;
  /** Null: it does not expire. */
  secondsLeft: number | null;
  lifeSeconds: number | null;
  /** In ms since 1970, by the database's clock. */
  expiresAtMs: number | null;
  /** Whether a replica exchanges it now. */
  isLeased: boolean;
  failures: number;
  /** Why the last exchange failed, as a code; null: none did since the last success. */
  failureReason: string | null;
  /** Until the next try by itself, or until the exchange under way must have ended; null: there is none. */
  dueSeconds: number | null;
  /** The same time in ms since 1970, by the database's clock. */
  dueAtMs: number | null;
  appId: string;
  /** Why the provider does not accept the OAuth application; null: it does. Without secrets. */
  appFault: string | null;
  /** Without secrets. */
  lastError: string | null;
  refusedGeneration: number | null;
  refusedForSeconds: number | null;
}

const read = statement(
  { connectionId: 'text', kind: 'text?' },
  ({ connectionId, kind }) => `
    select t.connection_id as "connectionId", t.kind, t.tenant_id as tenant, c.status, c.reason, t.generation,
           t.access_sealed as "accessSealed", t.refresh_sealed is not null as "canRefresh",
           extract(epoch from t.expires_at - hookline_now())::float8 as "secondsLeft",
           t.life_seconds as "lifeSeconds", extract(epoch from t.expires_at)::float8 * 1000 as "expiresAtMs",
           coalesce(t.lease_until > hookline_now(), false) as "isLeased", t.failures,
           t.failure_reason as "failureReason",
           extract(epoch from t.refresh_due_at - hookline_now())::float8 as "dueSeconds",
           extract(epoch from t.refresh_due_at)::float8 * 1000 as "dueAtMs", t.last_error as "lastError",
           c.app_id as "appId", a.fault as "appFault",
           t.refused_generation as "refusedGeneration",
           extract(epoch from hookline_now() - t.refused_at)::float8 as "refusedForSeconds"
    from connection_tokens t
    join connections c on c.id = t.connection_id and c.deleted_at is null
    join oauth_apps a on a.id = c.app_id
    where t.connection_id = ${connectionId} and (${kind} is null or t.kind = ${kind})
    order by t.kind`,
);

/** The tokens of a connection, of one kind or of all: `access`, or `bot` before `user`. */
export async function readTokens(
  database: Database,
  connectionId: string,
  kind?: CredentialKind,
): Promise<TokenRow[]> {
  const { rows } = await read.run<TokenRow>(database, { connectionId, kind });
  return rows;
}
