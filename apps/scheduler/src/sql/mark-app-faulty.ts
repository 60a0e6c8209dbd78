import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** @returns true for the caller that was the first to notice the fault */
export async function markAppFaulty(
  transaction: Transaction,
  appId: string,
  fault: string,
): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    update oauth_apps set fault = ${fault.slice(0, 500)}, fault_at = hookline_now()
    where id = ${appId} and fault is null`);
  return rowCount === 1;
}

/** @returns true for the caller that ended the fault */
export async function clearAppFault(transaction: Transaction, appId: string): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    update oauth_apps set fault = null, fault_at = null where id = ${appId} and fault is not null`);
  return rowCount === 1;
}
