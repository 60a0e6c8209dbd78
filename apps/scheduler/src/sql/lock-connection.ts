import type { Transaction } from '@hookline/db';
import { type SQL, sql } from 'drizzle-orm';
import type { StatusAndReason } from '../status/decide-status.ts';
import { textArray } from './text-array.ts';

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
  const [row] = await lock(transaction, sql`id = ${connectionId}`);
  return row;
}

/** The same for several connections, in the order of their ids. */
export const lockConnections = (
  transaction: Transaction,
  ids: readonly string[],
): Promise<LockedConnection[]> => lock(transaction, sql`id = any(${textArray(ids)})`);

async function lock(transaction: Transaction, which: SQL): Promise<LockedConnection[]> {
  const { rows } = await transaction.execute(sql`
    select id, tenant_id as tenant, provider, app_id as "appId", account_id as "accountId",
           account_name as "accountName", status, reason, pauses
    from connections where ${which} and deleted_at is null order by id for update`);
  return rows as unknown as LockedConnection[];
}
