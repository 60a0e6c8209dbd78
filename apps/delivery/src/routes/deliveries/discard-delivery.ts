import { ApiError, type DeliveryStatus } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { DeliveryKey, DeliveryRow } from '../../sql/delivery-row.ts';
import { discardDeliveries } from '../../sql/discard-deliveries.ts';
import { findDelivery } from '../../sql/find-delivery.ts';
import { lockDelivery } from '../../sql/lock-delivery.ts';
import { deliveryNotFound } from './require-delivery.ts';

export interface DiscardRequest {
  /** The statuses in which a delivery may be discarded. */
  statuses: readonly DeliveryStatus[];
  /** The error message for a delivery in another status. */
  refuse: (status: DeliveryStatus) => string;
  /** Role and key of the caller. */
  by: string;
  reason: string | undefined;
}

/**
 * Settles a delivery as discarded: it is not sent again, and deliveries with the same ordering key no longer wait for it.
 * A delivery that is discarded already stays as it is. `completedAt` is null if the delivery was still open.
 *
 * A claim locks the row too, so the delivery is discarded either before the claim or after it. A delivery that is being
 * sent loses its lease, so the outcome of the request is not recorded.
 * @throws ApiError `not_found`; `conflict` for a delivery in another status
 */
export async function discardDelivery(
  tx: Transaction,
  key: DeliveryKey,
  request: DiscardRequest,
): Promise<DeliveryRow> {
  const row = await lockDelivery(tx, key);
  if (!row) throw deliveryNotFound();
  if (row.status === 'discarded') return row;
  if (!request.statuses.includes(row.status))
    throw new ApiError('conflict', { message: request.refuse(row.status) });
  await discardDeliveries(tx, [key], [row.status], {
    by: request.by,
    reason: request.reason ?? null,
  });
  return (await findDelivery(tx, key)) ?? row;
}
