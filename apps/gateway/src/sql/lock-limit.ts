import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/**
 * Lets one transaction at a time count and add to the things of a tenant. Without it, calls at the same time would all
 * count before any of them adds.
 * @param tenant null: the operators
 */
export async function lockLimit(
  transaction: Transaction,
  things: 'alert_rules' | 'saved_views',
  tenant: string | null,
): Promise<void> {
  const key = `${things}|${tenant ?? ''}`;
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
}
