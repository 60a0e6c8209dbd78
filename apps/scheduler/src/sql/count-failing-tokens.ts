import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** How many tokens of a connection could not be refreshed since their last success. */
export async function countFailingTokens(transaction: Transaction, connectionId: string): Promise<number> {
  const { rows } = await transaction.execute(sql`
    select count(*)::int as count from connection_tokens where connection_id = ${connectionId} and failures > 0`);
  return (rows[0] as { count: number } | undefined)?.count ?? 0;
}
