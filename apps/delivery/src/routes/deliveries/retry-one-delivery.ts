import { ApiError } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { DeliveryKey, DeliveryRow } from '../../sql/delivery-row.ts';
import { findEndpoint } from '../../sql/find-endpoint.ts';
import { findEvent } from '../../sql/find-event.ts';
import { requireDelivery } from './require-delivery.ts';
import { RETRYABLE, retryDeliveries } from './retry-deliveries.ts';

/** @throws ApiError `not_found`; `conflict` for a delivery that cannot be sent again */
export async function retryOneDelivery(
  tx: Transaction,
  key: DeliveryKey,
  trigger: 'operator' | 'tenant',
): Promise<DeliveryRow> {
  const row = await requireDelivery(tx, key);
  if (!(await findEvent(tx, row.eventId, 'share')))
    throw new ApiError('conflict', { message: 'The event was deleted: there is nothing to send' });
  const [retried] = await retryDeliveries(tx, { ...key, trigger, statuses: RETRYABLE });
  if (retried) return retried;
  if (!(await findEndpoint(tx, key.endpointId))) {
    throw new ApiError('conflict', {
      message: 'The endpoint was deleted: nothing can be sent to it any more',
    });
  }
  throw new ApiError('conflict', {
    message: `The delivery is ${row.status}: only a delivery that has failed, was discarded or waits for a retry can be sent again`,
  });
}
