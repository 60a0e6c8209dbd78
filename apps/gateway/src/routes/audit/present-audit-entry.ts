import type { AuditEntry, Principal } from '@hookline/contracts';
import type { AuditEntryRow } from '../../sql/list-audit-entries.ts';

/** @param reader a tenant does not learn from where its operator works */
export function presentAuditEntry(row: AuditEntryRow, reader: Principal): AuditEntry {
  return {
    id: row.id,
    at: row.createdAt.toISOString(),
    userId: row.tenantId,
    actor: { kind: row.actorKind, id: row.actorId, role: row.actorRole },
    operation: row.operation,
    targetId: row.targetId,
    outcome: row.outcome,
    status: row.status,
    code: row.code,
    changes: row.changes,
    requestId: row.requestId,
    address: reader.role === 'tenant' && row.actorRole === 'operator' ? null : row.address,
  };
}
