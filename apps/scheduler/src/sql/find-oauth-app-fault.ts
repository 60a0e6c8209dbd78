import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Why the provider refuses an application; undefined: it does not. */
export async function findOAuthAppFault(
  transaction: Transaction,
  appId: string,
): Promise<string | undefined> {
  const { rows } = await transaction.execute(sql`select fault from oauth_apps where id = ${appId}`);
  return (rows[0] as { fault: string | null } | undefined)?.fault ?? undefined;
}
