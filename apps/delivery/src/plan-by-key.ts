import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** For the rest of the transaction statements are planned for look-ups by key, as Database.system does it. */
export async function planByKey(transaction: Transaction): Promise<void> {
  await transaction.execute(
    sql`select set_config('enable_seqscan', 'off', true), set_config('seq_page_cost', '1000', true), set_config('jit', 'off', true)`,
  );
}
