import { type AuditOutcome, timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { auditLog } from '@hookline/db/gateway';
import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';

export type AuditEntryRow = typeof auditLog.$inferSelect;

export interface AuditFilter {
  actor: string | undefined;
  operation: string | undefined;
  targetId: string | undefined;
  outcome: AuditOutcome | undefined;
  requestId: string | undefined;
  start: Date | undefined;
  end: Date | undefined;
}

/** Lists audit entries, newest first, among those that the transaction may see. @param after the id of an entry */
export function listAuditEntries(
  transaction: Transaction,
  filter: AuditFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<AuditEntryRow[]> {
  return transaction
    .select()
    .from(auditLog)
    .where(and(conditionsOf(filter), after === undefined ? undefined : isOlder(after)))
    .orderBy(desc(auditLog.createdAt), desc(auditLog.id))
    .limit(limit);
}

/** By both, because the time selects the partitions. */
function isOlder(id: string) {
  const at = new Date(timeOfId(id) ?? 0);
  return sql`(${auditLog.createdAt}, ${auditLog.id}) < (${at.toISOString()}::timestamptz, ${id})`;
}

const conditionsOf = ({ actor, operation, targetId, outcome, requestId, start, end }: AuditFilter) =>
  and(
    actor === undefined ? undefined : eq(auditLog.actorId, actor),
    operation === undefined ? undefined : eq(auditLog.operation, operation),
    targetId === undefined ? undefined : eq(auditLog.targetId, targetId),
    outcome === undefined ? undefined : eq(auditLog.outcome, outcome),
    requestId === undefined ? undefined : eq(auditLog.requestId, requestId),
    start === undefined ? undefined : gte(auditLog.createdAt, start),
    end === undefined ? undefined : lt(auditLog.createdAt, end),
  );
