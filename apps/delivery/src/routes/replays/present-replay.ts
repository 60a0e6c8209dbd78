import type { Replay } from '@hookline/contracts';
import type { replays } from '@hookline/db/delivery';

/** States of the deliveries whose latest replay it is. */
export interface ReplayOutcomes {
  succeeded: number;
  failed: number;
  open: number;
}

export function presentReplay(row: typeof replays.$inferSelect, outcomes: ReplayOutcomes): Replay {
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
