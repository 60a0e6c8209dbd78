import { ApiError, parseDeliveryId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { DeliveryKey, DeliveryRow } from '../../sql/delivery-row.ts';
import { findDelivery } from '../../sql/find-delivery.ts';

/** @throws ApiError `not_found` for a text that is no delivery id */
export function parseDeliveryKey(id: string): DeliveryKey {
  const key = parseDeliveryId(id);
  if (!key) throw deliveryNotFound();
  return key;
}

/** @throws ApiError `not_found`, also for a delivery that the transaction may not see */
export async function requireDelivery(tx: Transaction, key: DeliveryKey): Promise<DeliveryRow> {
  const row = await findDelivery(tx, key);
  if (!row) throw deliveryNotFound();
  return row;
}

export const deliveryNotFound = (): ApiError =>
  new ApiError('not_found', { message: 'There is no such delivery' });
