import type { Transaction } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';

/**
 * Stores the result of a verification, unless the endpoint was changed since. The result changes no request, so the
 * version of the catalog stays.
 * @returns whether the result was stored
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
