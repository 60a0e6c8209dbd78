import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { StatusAndReason } from '../status/decide-status.ts';

export interface LockedConnection extends StatusAndReason {
  id: string;
  tenant: string;
  provider: string;
  appId: string;
  accountId: string;
  accountName: string | null;
}

/**
 * Locks a connection until the end of the transaction. A transaction that changes a connection or its
 * tokens locks the connection first. Undefined: there is none, or it is deleted.
 */
export async function lockConnection(
  transaction: Transaction,
  connectionId: string,
): Promise<LockedConnection | undefined> {
  const { rows } = await transaction.execute(sql`
    select id, tenant_id as tenant, provider, app_id as "appId", account_id as "accountId",
           account_name as "accountName", status, reason, pauses
    from connections where id = ${connectionId} and deleted_at is null for update`);
  return rows[0] as LockedConnection | undefined;
}
