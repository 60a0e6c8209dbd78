import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Whether an application has a connection of any tenant. The transaction must see all tenants. */
export async function hasConnections(transaction: Transaction, appId: string): Promise<boolean> {
  const { rows } = await transaction.execute(
    sql`select from connections where app_id = ${appId} and deleted_at is null limit 1`,
  );
  return rows.length > 0;
}
