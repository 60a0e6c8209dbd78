import type { Transaction } from '@hookline/db';
import { auditLog } from '@hookline/db/gateway';
import { desc, eq } from 'drizzle-orm';
import type { AuditEntryRow } from './list-audit-entries.ts';

/** Finds the audit entries of a call by its request id, newest first, among those that the transaction may see. */
export function findAuditedCalls(
  transaction: Transaction,
  requestId: string,
  limit: number,
): Promise<AuditEntryRow[]> {
  return transaction
    .select()
    .from(auditLog)
    .where(eq(auditLog.requestId, requestId))
    .orderBy(desc(auditLog.createdAt), desc(auditLog.id))
    .limit(limit);
}
