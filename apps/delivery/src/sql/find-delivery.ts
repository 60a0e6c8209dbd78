import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { isDelivery } from './is-delivery.ts';

/** Finds a delivery among those that the transaction may see. */
export async function findDelivery(tx: Transaction, key: DeliveryKey): Promise<DeliveryRow | undefined> {
  const [row] = await tx.select().from(deliveries).where(isDelivery(key));
  return row;
}
