import { timeOfId } from '@hookline/contracts';
import { deliveries } from '@hookline/db/delivery';
import { and, eq, type SQL } from 'drizzle-orm';
import type { DeliveryKey } from './delivery-row.ts';

/** The condition that one delivery meets. Its `created_at` follows from the id of its event and names the partition. */
export const isDelivery = ({ eventId, endpointId }: DeliveryKey): SQL | undefined =>
  and(
    eq(deliveries.eventId, eventId),
    eq(deliveries.endpointId, endpointId),
    eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
  );
