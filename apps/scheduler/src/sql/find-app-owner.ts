import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export async function findAppOwner(
  transaction: Transaction,
  appId: string,
): Promise<{ tenantId: string | null; provider: string } | undefined> {
  const { rows } = await transaction.execute(
    sql`select tenant_id as "tenantId", provider from oauth_apps where id = ${appId}`,
  );
  return rows[0] as { tenantId: string | null; provider: string } | undefined;
}
