import type { ReconciliationDay } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

const MAX_ROWS = 10_000;

/** The counts of a connection's last days, the newest first. */
export async function listReconciliationDays(
  transaction: Transaction,
  connectionId: string,
  days: number,
): Promise<ReconciliationDay[]> {
  const { rows } = await transaction.execute(sql`
    select to_char(day, 'YYYY-MM-DD') as day, stream, received, missed, recovered, duplicate, reasons
    from reconciliation_days
    where connection_id = ${connectionId} and day > (hookline_now() at time zone 'UTC')::date - ${days}::integer
    order by day desc, stream limit ${MAX_ROWS}`);
  return rows as unknown as ReconciliationDay[];
}
