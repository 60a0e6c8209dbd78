import type { FoundThing } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { findByProviderDeliveryId } from '../../sql/find-by-provider-delivery-id.ts';
import { findEvent } from '../../sql/find-event.ts';
import { toFoundEvent } from './to-found-event.ts';

/** The events that came with a provider's id of its delivery, at most `limit`. */
export async function findByProvider(
  tx: Transaction,
  tenant: string | undefined,
  text: string,
  limit: number,
): Promise<FoundThing[]> {
  const ids = await findByProviderDeliveryId(tx, tenant, text);
  const found: FoundThing[] = [];
  for (const id of ids.slice(0, limit)) {
    const row = await findEvent(tx, id);
    if (row) found.push(toFoundEvent(row, 'provider_delivery_id'));
  }
  return found;
}
