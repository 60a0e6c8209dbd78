import type { Transaction } from '@hookline/db';
import { eventTypes } from '@hookline/db/ingest';
import { and, eq } from 'drizzle-orm';

/** @returns false if there is no such event type */
export async function deleteEventType(
  transaction: Transaction,
  { tenantId, type }: { tenantId: string; type: string },
): Promise<boolean> {
  const deleted = await transaction
    .delete(eventTypes)
    .where(and(eq(eventTypes.tenantId, tenantId), eq(eventTypes.type, type)))
    .returning({ type: eventTypes.type });
  return deleted.length > 0;
}
