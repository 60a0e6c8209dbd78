import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { setDueNow } from './set-due-now.ts';
import { textArray } from './text-array.ts';

/**
 * Makes the polls of connections due at once, and the look at what there is to poll, as `requestTasks` does for one.
 * @returns the ids of the connections with a poll that does not rest
 */
export async function requestPollsOf(transaction: Transaction, ids: readonly string[]): Promise<string[]> {
  const { rows } = await transaction.execute<{ id: string }>(sql`
    with asked as (
      update connection_tasks
      set ${sql.raw(setDueNow())}
      where connection_id = any(${textArray(ids)}) and kind in ('poll', 'resources') and paused_reason is null
      returning connection_id, kind
    )
    select distinct connection_id as id from asked where kind = 'poll'`);
  return rows.map(({ id }) => id);
}

/**
 * Whether the token `t` may be refreshed before its time: not after a refused refresh token, because the second refusal
 * ends the connection and the first may be false (see claimToken), and not while the application is faulty.
 */
export const MAY_BE_REFRESHED = sql`t.refresh_sealed is not null and t.refresh_due_at is not null
  and t.invalid_grant_at is null
  and exists (select from connections c join oauth_apps a on a.id = c.app_id
              where c.id = t.connection_id and a.fault is null)`;

/**
 * Makes the refreshes of connections due at once, or as soon as the provider wants one.
 * @returns the ids of the connections with a token that may be refreshed
 */
export async function requestRefreshesOf(
  transaction: Transaction,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await transaction.execute<{ id: string }>(sql`
    with asked as (
      update connection_tokens t
      set refresh_due_at = greatest(hookline_now(), t.refresh_not_before)
      where t.connection_id = any(${textArray(ids)}) and ${MAY_BE_REFRESHED}
      returning t.connection_id
    )
    select distinct connection_id as id from asked`);
  return rows.map(({ id }) => id);
}
