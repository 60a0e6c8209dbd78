import type { Replay } from '@hookline/contracts';
import type { ReplayOutcomes } from '../../sql/count-replay-outcomes.ts';
import type { ReplayRow } from '../../sql/replay-row.ts';

export function presentReplay(row: ReplayRow, outcomes: ReplayOutcomes): Replay {
  return {
    id: row.id,
    userId: row.tenantId,
    status: row.status,
    requestedBy: row.requestedBy,
    selection: row.selection,
    targetWebhookId: row.targetEndpointId,
    filter: row.filter,
    transformation: row.transformation,
    perSecond: row.perSecond,
    total: row.total,
    totalExact: row.totalExact,
    done: row.sent + row.skipped,
    sent: row.sent,
    skipped: row.skipped,
    ...outcomes,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
