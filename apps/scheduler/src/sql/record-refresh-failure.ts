import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { ClaimedToken } from './claimed-token.ts';

export interface RefreshFailure {
  claimed: Pick<ClaimedToken, 'connectionId' | 'kind' | 'generation' | 'leaseId'>;
  /** From now; undefined: it is not tried again. */
  dueSeconds: number | undefined;
  /** The pause that the provider asked for, from now; undefined: none. */
  pauseSeconds: number | undefined;
  /** Whether the provider may have exchanged the token although no answer was read. */
  mayHaveHappened: boolean;
  /** Whether the provider refused the refresh token. */
  isRefused: boolean;
  /** Whether nobody knows what the answer means. */
  isUnknown: boolean;
  /** The reason that the connection shows; undefined: it is no fault of the token. */
  reason: string | undefined;
  /** Without secrets. */
  error: string;
}

/**
 * Stores that an exchange failed, and ends the lease.
 * @returns false, and changes nothing, if the generation has moved on or another replica has the lease: then the failure
 *   is about a token that is no longer used
 */
export async function recordRefreshFailure(
  transaction: Transaction,
  failure: RefreshFailure,
): Promise<boolean> {
  const { claimed, dueSeconds, pauseSeconds, mayHaveHappened, isRefused, isUnknown, reason, error } = failure;
  const { rowCount } = await transaction.execute(sql`
    update connection_tokens
    set lease_id = null, lease_until = null,
        refresh_due_at = hookline_now() + make_interval(secs => ${dueSeconds ?? null}::float8),
        refresh_not_before = hookline_now() + make_interval(secs => ${pauseSeconds ?? null}::float8),
        attempted_generation = case when ${mayHaveHappened} then attempted_generation end,
        first_failed_at = coalesce(first_failed_at, hookline_now()),
        failures = failures + 1, failure_reason = ${reason ?? null},
        invalid_grant_at = case when ${isRefused} then coalesce(invalid_grant_at, hookline_now()) else invalid_grant_at end,
        unknown_since = case when ${isUnknown} then coalesce(unknown_since, hookline_now()) else unknown_since end,
        last_error = ${error.slice(0, 500)}, updated_at = hookline_now()
    where connection_id = ${claimed.connectionId} and kind = ${claimed.kind}
      and generation = ${claimed.generation} and lease_id = ${claimed.leaseId}`);
  return rowCount === 1;
}
