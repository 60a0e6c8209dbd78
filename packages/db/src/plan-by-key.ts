import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/**
 * Makes Postgres plan the rest of the transaction for look-ups by key, as Database.system does, and join row by row.
 * With a limit of thousands of rows, the planner would otherwise read all events on several cores rather than look up a
 * few.
 */
export async function planByKey(transaction: Transaction): Promise<void> {
  await transaction.execute(
    sql`select set_config('enable_seqscan', 'off', true), set_config('seq_page_cost', '1000', true),
               set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
               set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`,
  );
}
