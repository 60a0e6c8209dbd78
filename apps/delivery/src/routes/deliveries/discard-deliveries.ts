import type { DeliveryStatus } from '@hookline/contracts';
import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import { and, eq } from 'drizzle-orm';
import { recordStatusChanges } from '../../operations/statistics/record-status-changes.ts';
import { unparkKeys } from '../../pipeline/ordering/unpark-keys.ts';
import { readDelivery } from './read-delivery.ts';

export interface DiscardRequest {
  eventId: string;
  endpointId: string;
  /** In which states it can be let go. */
  statuses: readonly DeliveryStatus[];
  /** What to say of one in another state. */
  refuse: (status: DeliveryStatus) => string;
  /** Who asks for it. */
  by: string;
  reason: string | undefined;
}

/**
 * Settles a delivery as discarded: no job sends it again, and others with its ordering key no longer wait for it. One
 * that was let go before stays as it is. `completedAt` tells whether it had given up by then.
 *
 * Whoever claims it holds its row's lock, so that it is let go before it is claimed, or after it. Of one that is being sent
 * the lease is taken away: what comes of its request is not recorded any more.
 * @throws ApiError `not_found`; `conflict` in another state
 */
export async function discardDeliveries(tx: Transaction, request: DiscardRequest) {
  const { eventId, endpointId } = request;
  const row = await readDelivery(tx, eventId, endpointId, true);
  if (row.status === 'discarded') return row;
  if (!request.statuses.includes(row.status))
    throw new ApiError('conflict', { message: request.refuse(row.status) });
  await recordStatusChanges(tx, [row], 'discarded');
  const [changed] = await tx
    .update(deliveries)
    .set({
      status: 'discarded',
      dueAt: null,
      leaseId: null,
      discarded: { by: request.by, at: new Date().toISOString(), reason: request.reason ?? null },
    })
    .where(
      and(
        eq(deliveries.eventId, eventId),
        eq(deliveries.endpointId, endpointId),
        eq(deliveries.createdAt, row.createdAt),
      ),
    )
    .returning();
  await unparkKeys(tx, [row]);
  return changed ?? row;
}
