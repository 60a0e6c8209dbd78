import type { EventStatus, ReceivedEvent } from '@hookline/contracts';
import type { EventRow } from '../../sql/event-row.ts';
import type { EventProgress } from '../../sql/read-progress.ts';
import { presentProgress } from './event-progress.ts';

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
