import type { DeliveryKey } from '../../sql/delivery-row.ts';

/** The position of a delivery in lists and exports. */
export const writeDeliveryCursor = ({ eventId, endpointId }: DeliveryKey): string =>
  `${eventId} ${endpointId}`;

/** @param position as `decodeCursor` reads it */
export function readDeliveryCursor(position: string | undefined): DeliveryKey | undefined {
  const [eventId, endpointId = ''] = position?.split(' ') ?? [];
  return eventId === undefined ? undefined : { eventId, endpointId };
}
