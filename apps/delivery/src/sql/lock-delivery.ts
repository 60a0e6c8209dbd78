import type { Transaction } from '@hookline/db';
import { deliveries } from '@hookline/db/delivery';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { isDelivery } from './is-delivery.ts';

/** As findDelivery. Nobody else can change the row until the transaction ends. */
export async function lockDelivery(tx: Transaction, key: DeliveryKey): Promise<DeliveryRow | undefined> {
  const [row] = await tx.select().from(deliveries).where(isDelivery(key)).for('update');
  return row;
}
