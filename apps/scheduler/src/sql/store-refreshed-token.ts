import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';

/** A token as it is stored; its times are counted from now. */
export interface StoredToken {
  connectionId: string;
  kind: CredentialKind;
  generation: number;
  accessSealed: string;
  refreshSealed: string | null;
  tokenType: string;
  scopes: readonly string[] | undefined;
  /** From now; undefined: it does not expire. */
  lifeSeconds: number | undefined;
  /** The whole life, as the provider told it. */
  fullLifeSeconds: number | undefined;
  /** From now; undefined: not told. */
  refreshLifeSeconds: number | undefined;
  /** From now; undefined: never. */
  dueSeconds: number | undefined;
}

/**
 * Stores the tokens of an exchange as the generation after `token.generation`, whose refresh token was exchanged. The fence is the generation, and not the lease: a replica
 * that was late and has really exchanged the token stores the result, unless another result or a new grant is there.
 * @returns false, and changes nothing, if the generation has moved on
 */
export async function storeRefreshedToken(transaction: Transaction, token: StoredToken): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    update connection_tokens
    set generation = generation + 1,
        access_sealed = ${token.accessSealed},
        refresh_sealed = ${token.refreshSealed},
        token_type = ${token.tokenType},
        scopes = coalesce(${textArray(token.scopes)}, scopes),
        expires_at = hookline_now() + make_interval(secs => ${token.lifeSeconds ?? null}::float8),
        life_seconds = ${token.fullLifeSeconds === undefined ? null : Math.round(token.fullLifeSeconds)},
        refresh_expires_at = coalesce(
          hookline_now() + make_interval(secs => ${token.refreshLifeSeconds ?? null}::float8), refresh_expires_at),
        refresh_due_at = hookline_now() + make_interval(secs => ${token.dueSeconds ?? null}::float8),
        lease_id = null, lease_until = null, attempted_generation = null, first_failed_at = null, failures = 0,
        failure_reason = null,
        invalid_grant_at = null, unknown_since = null, refresh_not_before = null, last_error = null, updated_at = hookline_now()
    where connection_id = ${token.connectionId} and kind = ${token.kind} and generation = ${token.generation}`);
  return rowCount === 1;
}
