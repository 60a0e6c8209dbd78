import type { Transaction } from '@hookline/db';
import { sessions } from '@hookline/db/gateway';
import { eq } from 'drizzle-orm';

/** Ends all sessions of an API key. @returns their ids */
export async function endKeySessions(transaction: Transaction, keyId: string): Promise<string[]> {
  const rows = await transaction
    .delete(sessions)
    .where(eq(sessions.keyId, keyId))
    .returning({ id: sessions.id });
  return rows.map(({ id }) => id);
}
