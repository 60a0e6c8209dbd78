import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';
import type { StoredToken } from './store-refreshed-token.ts';
import { textArray } from './text-array.ts';

/** The generations of a connection's tokens by kind. The connection must be locked. */
export async function readGenerations(
  transaction: Transaction,
  connectionId: string,
): Promise<Map<CredentialKind, number>> {
  const { rows } = await transaction.execute(
    sql`select kind, generation from connection_tokens where connection_id = ${connectionId} for update`,
  );
  return new Map(
    (rows as { kind: CredentialKind; generation: number }[]).map(({ kind, generation }) => [
      kind,
      generation,
    ]),
  );
}

/** A token of a new grant. Its generation is one more than the earlier one, so that a late answer to it is dropped. */
export interface GrantedToken extends StoredToken {
  tenant: string;
  /** Whether the provider has shown, with the secret of the application, that the token is of its client. */
  isClientProven: boolean;
}

/** Stores a token of a new grant in the place of an earlier one, whatever state that was in. */
export async function storeGrantedToken(transaction: Transaction, token: GrantedToken): Promise<void> {
  const life = token.fullLifeSeconds === undefined ? null : Math.round(token.fullLifeSeconds);
  await transaction.execute(sql`
    insert into connection_tokens (connection_id, kind, tenant_id, generation, access_sealed, refresh_sealed,
      client_proven, token_type, scopes, expires_at, life_seconds, refresh_expires_at, refresh_due_at)
    values (${token.connectionId}, ${token.kind}, ${token.tenant}, ${token.generation}, ${token.accessSealed},
      ${token.refreshSealed}, ${token.isClientProven}, ${token.tokenType}, ${textArray(token.scopes)},
      hookline_now() + make_interval(secs => ${token.lifeSeconds ?? null}::float8), ${life}::integer,
      hookline_now() + make_interval(secs => ${token.refreshLifeSeconds ?? null}::float8),
      hookline_now() + make_interval(secs => ${token.dueSeconds ?? null}::float8))
    on conflict (connection_id, kind) do update
    set generation = excluded.generation, access_sealed = excluded.access_sealed,
        refresh_sealed = excluded.refresh_sealed, client_proven = excluded.client_proven, token_type = excluded.token_type, scopes = excluded.scopes,
        expires_at = excluded.expires_at, life_seconds = excluded.life_seconds,
        refresh_expires_at = excluded.refresh_expires_at, refresh_due_at = excluded.refresh_due_at,
        lease_id = null, lease_until = null, attempted_generation = null, first_failed_at = null, failures = 0,
        failure_reason = null,
        invalid_grant_at = null, unknown_since = null, refused_generation = null, refused_at = null,
        refresh_not_before = null, last_error = null, updated_at = hookline_now()`);
}
