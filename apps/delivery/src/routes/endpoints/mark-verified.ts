import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';

/**
 * Notes what a verification found, unless the endpoint was changed since. It changes nothing that is sent, so the
 * catalog need not know.
 * @returns whether it was noted
 */
export async function markVerified(
  tx: Transaction,
  endpoint: { id: string; version: number },
  verified: boolean,
): Promise<boolean> {
  const marked = await tx
    .update(endpoints)
    .set({ verified })
    .where(
      and(
        eq(endpoints.id, endpoint.id),
        eq(endpoints.version, endpoint.version),
        isNull(endpoints.deletedAt),
      ),
    )
    .returning({ id: endpoints.id });
  return marked.length > 0;
}
