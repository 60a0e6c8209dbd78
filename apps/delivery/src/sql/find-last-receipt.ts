import type { Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import { and, desc, eq, isNull } from 'drizzle-orm';

/** When the newest event that is not deleted was received. @param tenant undefined: all tenants */
export async function findLastReceipt(
  tx: Transaction,
  tenant: string | undefined,
): Promise<Date | undefined> {
  const [last] = await tx
    .select({ receivedAt: events.receivedAt })
    .from(events)
    .where(and(isNull(events.deletedAt), tenant === undefined ? undefined : eq(events.tenantId, tenant)))
    .orderBy(desc(events.id))
    .limit(1);
  return last?.receivedAt;
}
