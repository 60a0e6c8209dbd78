import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { LockedConnection } from './lock-connection.ts';

export interface EndingConsent extends LockedConnection {
  consentEndsAt: string;
  /** The number of days before the end that is due to be announced. */
  days: number;
}

/**
 * Marks connections whose consent ends in so many days or less, and that were not announced for it, as announced.
 * @param days in descending order
 */
export async function takeEndingConsents(
  transaction: Transaction,
  days: readonly number[],
  limit: number,
): Promise<EndingConsent[]> {
  const { rows } = await transaction.execute(sql`
    with steps as (select value::int as days from jsonb_array_elements_text(${JSON.stringify(days)}::jsonb)),
    due as (
      select c.id, min(s.days) as days
      from connections c
      join steps s on c.consent_ends_at <= hookline_now() + make_interval(days => s.days)
      where c.deleted_at is null and c.consent_ends_at > hookline_now() and c.status not in ('needs_reauth', 'revoked')
      group by c.id, c.announced_days
      having c.announced_days is null or min(s.days) < c.announced_days
      limit ${limit}
    )
    update connections c set announced_days = due.days
    from due where c.id = due.id
    returning c.id, c.tenant_id as tenant, c.provider, c.app_id as "appId", c.account_id as "accountId",
      c.account_name as "accountName", c.status, c.reason, c.pauses, due.days,
      to_char(c.consent_ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "consentEndsAt"`);
  return rows as unknown as EndingConsent[];
}
