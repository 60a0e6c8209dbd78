import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

/** How often the refresh of a token has failed in a row until now, and the time of the database. */
export async function readFailuresAndTime(
  transaction: Transaction,
  connectionId: string,
  kind: CredentialKind,
): Promise<{ failures: number; nowMs: number }> {
  const { rows } = await transaction.execute(sql`
    select coalesce((select failures from connection_tokens where connection_id = ${connectionId} and kind = ${kind}), 0)
             as failures,
           (extract(epoch from hookline_now()) * 1000)::float8 as "nowMs"`);
  const [row] = rows as { failures: number; nowMs: number }[];
  if (!row) throw new Error('Postgres did not tell the time');
  return row;
}
