import type { EventStatus, ReceivedEvent } from '@hookline/contracts';
import type { events } from '@hookline/db/delivery';
import { type EventProgress, presentProgress } from './event-progress.ts';

export type EventRow = Omit<typeof events.$inferSelect, 'payload' | 'request'>;

/** How many of an event's deliveries are in which state. */
export interface DeliveryCounts {
  pending: number;
  sending: number;
  retrying: number;
  failed: number;
}

/** See EventStatus in the contracts: the worst of the deliveries decides. */
export function deriveEventStatus(counts: DeliveryCounts): EventStatus {
  if (counts.failed > 0) return 'dead_letter';
  if (counts.retrying > 0) return 'failed';
  if (counts.sending > 0) return 'processing';
  if (counts.pending > 0) return 'pending';
  return 'processed';
}

export function presentEvent(row: EventRow, status: EventStatus, progress: EventProgress): ReceivedEvent {
  const receivedAt = row.receivedAt.toISOString();
  return {
    id: row.id,
    type: row.type,
    source: row.source,
    subject: row.subject,
    provider: row.provider,
    action: row.action,
    repository: row.repository,
    providerDeliveryId: row.providerDeliveryId,
    userId: row.tenantId,
    via: row.via,
    time: row.eventTime.toISOString(),
    receivedAt,
    status,
    matched: row.matched,
    ...presentProgress(progress, { status, receivedAt }),
    sizeBytes: row.sizeBytes,
    control: row.control === null ? null : { kind: row.control, reason: row.controlReason },
  };
}
