import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

export interface RemovedToken {
  kind: CredentialKind;
  accessSealed: string;
  refreshSealed: string | null;
  /** A replica exchanges it now, for so long at most: new tokens may follow. 0: none does. */
  refreshingSeconds: number;
}

/** Marks a connection as deleted, and deletes its tokens. @returns what is needed to revoke its grant */
export async function removeConnection(
  transaction: Transaction,
  connectionId: string,
): Promise<{ personId: string | null; tokens: RemovedToken[] }> {
  const connection = await transaction.execute(sql`
    update connections set deleted_at = hookline_now(), updated_at = hookline_now() where id = ${connectionId}
    returning person_id as "personId"`);
  const tokens = await transaction.execute(sql`
    delete from connection_tokens where connection_id = ${connectionId}
    returning kind, access_sealed as "accessSealed", refresh_sealed as "refreshSealed",
              coalesce(greatest(0, extract(epoch from lease_until - hookline_now())), 0)::float8 as "refreshingSeconds"`);
  const [row] = connection.rows as { personId: string | null }[];
  return { personId: row?.personId ?? null, tokens: tokens.rows as unknown as RemovedToken[] };
}
