import type { BulkJob, SkipReason } from '@hookline/contracts';
import type { BulkJobRow } from '@hookline/db';
import { countSkips, type Skips } from './bulk-jobs.ts';

export function presentBulkJob(row: BulkJobRow): BulkJob {
  const skipped = countSkips(row.skips);
  return {
    id: row.id,
    userId: row.tenantId,
    kind: row.kind,
    action: row.action,
    filter: row.filter,
    reason: row.reason,
    status: row.status,
    requestedBy: row.requestedBy,
    total: row.total,
    totalExact: row.totalExact,
    limit: row.maxChanges,
    done: row.changed + skipped,
    changed: row.changed,
    skipped,
    skips: presentSkips(row.skips),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export const presentSkips = (skips: Skips): BulkJob['skips'] =>
  Object.entries(skips).map(([reason, count]) => ({ reason: reason as SkipReason, count }));
