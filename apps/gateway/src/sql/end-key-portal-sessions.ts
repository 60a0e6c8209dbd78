import type { Transaction } from '@hookline/db';
import { portalSessions } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';

/** Ends all portal sessions that an API key has made. Their tokens are valid no more. @returns their ids */
export async function endKeyPortalSessions(transaction: Transaction, keyId: string): Promise<string[]> {
  const rows = await transaction
    .delete(portalSessions)
    .where(eq(portalSessions.makerId, keyId))
    .returning({ id: portalSessions.id });
  return rows.map(({ id }) => id);
}
