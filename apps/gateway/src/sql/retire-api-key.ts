import type { Transaction } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { eq, sql } from 'drizzle-orm';

/**
 * Limits a key that was rotated to the grace period. A key that would have expired earlier still does.
 * @returns after how many ms it ends
 */
export async function retireApiKey(
  transaction: Transaction,
  retired: { id: string; rotatedTo: string; graceSeconds: number },
): Promise<number> {
  const [row] = await transaction
    .update(apiKeys)
    .set({
      rotatedTo: retired.rotatedTo,
      expiresAt: sql`least(${apiKeys.expiresAt}, now() + ${retired.graceSeconds}::float8 * interval '1 second')`,
    })
    .where(eq(apiKeys.id, retired.id))
    .returning({
      endsAfterMs: sql<number>`(extract(epoch from ${apiKeys.expiresAt} - now()) * 1000)::float8`,
    });
  if (!row) throw new Error('the rotated API key is gone');
  return row.endsAfterMs;
}
