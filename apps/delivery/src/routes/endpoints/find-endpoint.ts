import { ApiError, type Principal, tenantToRead } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull } from 'drizzle-orm';

/** @throws ApiError `not_found`; another tenant's endpoint is answered like one that does not exist */
export async function findEndpoint(
  database: Database,
  principal: Principal,
  userId: string | undefined,
  id: string,
): Promise<typeof endpoints.$inferSelect> {
  const [row] = await database.withScope(tenantToRead(principal, userId), (tx) =>
    tx
      .select()
      .from(endpoints)
      .where(and(eq(endpoints.id, id), isNull(endpoints.deletedAt))),
  );
  if (!row) throw new ApiError('not_found', { message: 'There is no such endpoint' });
  return row;
}
