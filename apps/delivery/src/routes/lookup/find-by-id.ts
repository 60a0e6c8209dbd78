import {
  attemptId,
  deliveryId,
  type FoundThing,
  ID_PREFIX,
  isId,
  parseAttemptId,
  parseDeliveryId,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { bulkJobs } from '@hookline/db/delivery';
import { findBulkJob } from '@hookline/service';
import type { DeliveryKey } from '../../sql/delivery-row.ts';
import { findDelivery } from '../../sql/find-delivery.ts';
import { findEndpoint } from '../../sql/find-endpoint.ts';
import { findEvent } from '../../sql/find-event.ts';
import { findRepeatedEvent } from '../../sql/find-repeated-event.ts';
import { findReplay } from '../../sql/find-replay.ts';
import { findAttempt } from '../../sql/list-attempts.ts';
import { listEndpointNames } from '../../sql/list-endpoint-names.ts';
import { toFoundEvent } from './to-found-event.ts';

/** @returns undefined for a text that is no id of delivery's; an empty list if there is nothing with this id */
export async function findById(tx: Transaction, text: string): Promise<FoundThing[] | undefined> {
  if (isId(ID_PREFIX.event, text)) return findEventOrRepeated(tx, text);
  if (isId(ID_PREFIX.endpoint, text)) {
    const row = await findEndpoint(tx, text);
    return row ? [toFoundEndpoint(row, 'id')] : [];
  }
  if (isId(ID_PREFIX.replay, text)) {
    const row = await findReplay(tx, text);
    if (!row) return [];
    const title = `Replay of ${row.selection.kind}: ${row.status}`;
    return [
      {
        kind: 'replay',
        id: row.id,
        userId: row.tenantId,
        path: `/api/replays/${row.id}`,
        title,
        matchedBy: 'id',
      },
    ];
  }
  if (isId(ID_PREFIX.bulkJob, text)) {
    const row = await findBulkJob(tx, bulkJobs, text);
    if (!row) return [];
    return [
      {
        kind: 'bulk_job',
        id: row.id,
        userId: row.tenantId,
        path: `/api/bulk-jobs/${row.id}`,
        title: `Bulk job "${row.action}" of ${row.kind}: ${row.status}`,
        matchedBy: 'id',
      },
    ];
  }
  const delivery = parseDeliveryId(text);
  if (delivery) return findDeliveryOf(tx, delivery);
  const attempt = parseAttemptId(text);
  return attempt && findAttemptOf(tx, attempt);
}

/** The id of a repeat leads to the event that it repeated. */
async function findEventOrRepeated(tx: Transaction, id: string): Promise<FoundThing[]> {
  const row = await findEvent(tx, id);
  if (row) return [toFoundEvent(row, 'id')];
  const repeatOf = await findRepeatedEvent(tx, id);
  const first = repeatOf === undefined ? undefined : await findEvent(tx, repeatOf);
  return first ? [toFoundEvent(first, 'repeat')] : [];
}

async function findDeliveryOf(tx: Transaction, key: DeliveryKey): Promise<FoundThing[]> {
  const row = await findDelivery(tx, key);
  if (!row) return [];
  const id = deliveryId(key.eventId, key.endpointId);
  const title = `${row.eventType} to ${await nameOf(tx, key.endpointId)}: ${row.status}`;
  return [
    { kind: 'delivery', id, userId: row.tenantId, path: `/api/deliveries/${id}`, title, matchedBy: 'id' },
  ];
}

async function findAttemptOf(
  tx: Transaction,
  { attempt, ...key }: DeliveryKey & { attempt: number },
): Promise<FoundThing[]> {
  const delivery = await findDelivery(tx, key);
  const row = delivery && (await findAttempt(tx, delivery, attempt));
  if (!row) return [];
  const result = row.responseCode ?? row.errorCode ?? row.outcome;
  return [
    {
      kind: 'attempt',
      id: attemptId(key.eventId, key.endpointId, attempt),
      userId: row.tenantId,
      path: `/api/deliveries/${deliveryId(key.eventId, key.endpointId)}`,
      title: `Attempt ${attempt} of ${delivery.eventType} to ${await nameOf(tx, key.endpointId)}: ${result}`,
      matchedBy: 'id',
    },
  ];
}

async function nameOf(tx: Transaction, endpointId: string): Promise<string> {
  const names = await listEndpointNames(tx, [endpointId]);
  return `"${names.get(endpointId) ?? endpointId}"`;
}

export const toFoundEndpoint = (
  { id, tenantId, name }: { id: string; tenantId: string; name: string },
  matchedBy: FoundThing['matchedBy'],
): FoundThing => ({
  kind: 'endpoint',
  id,
  userId: tenantId,
  path: `/api/webhooks/${id}`,
  title: name,
  matchedBy,
});
