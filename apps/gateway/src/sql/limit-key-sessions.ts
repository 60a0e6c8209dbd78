import type { Transaction } from '@hookline/db';
import { sessions } from '@hookline/db/gateway';
import { eq, sql } from 'drizzle-orm';
import type { Ending } from './list-endings.ts';

/** Lets the sessions of an API key end with the key, at the latest. */
export function limitKeySessions(
  transaction: Transaction,
  keyId: string,
  endsAfterMs: number,
): Promise<Ending[]> {
  const keyEnds = sql`now() + ${endsAfterMs}::float8 * interval '1 millisecond'`;
  return transaction
    .update(sessions)
    .set({ expiresAt: sql`least(${sessions.expiresAt}, ${keyEnds})` })
    .where(eq(sessions.keyId, keyId))
    .returning({
      id: sessions.id,
      endsAfterMs: sql<number>`(extract(epoch from ${sessions.expiresAt} - now()) * 1000)::float8`,
    });
}
