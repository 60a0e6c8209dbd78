import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/**
 * For the rest of the transaction statements are planned for look-ups by key, as Database.system does it, and joined
 * row by row: with a limit of thousands the planner would rather read all events there are, on several cores, than look
 * a few of them up.
 */
export async function planByKey(transaction: Transaction): Promise<void> {
  await transaction.execute(
    sql`select set_config('enable_seqscan', 'off', true), set_config('seq_page_cost', '1000', true),
               set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
               set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`,
  );
}
