import type { Batching } from '@hookline/contracts';
import { type DueDelivery, heldBytes } from './due-delivery.ts';

/** The content of one request to an endpoint: one delivery, or a batch of deliveries. */
export interface Shipment {
  endpointId: string;
  tenantId: string;
  deliveries: readonly [DueDelivery, ...DueDelivery[]];
  /** The memory that the deliveries take. */
  bytes: number;
}

/** A batch is one body in memory: it is closed at this size, however few events it has. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export function shipmentOf(deliveries: readonly [DueDelivery, ...DueDelivery[]]): Shipment {
  const [{ endpointId, tenantId }] = deliveries;
  return {
    endpointId,
    tenantId,
    deliveries,
    bytes: deliveries.reduce((sum, each) => sum + heldBytes(each), 0),
  };
}

/**
 * Groups the claimed deliveries of one endpoint into shipments.
 *
 * A delivery that may be poisonous is sent alone, so that no other delivery shares its fate.
 *
 * Deliveries that failed in one batch form the same batch again: they are due at the same moment, to the microsecond.
 * So a batch has the same events at each attempt, in the order of their ids, and the same id.
 * @param claimed in the order in which they were due
 */
export function toShipments(
  claimed: readonly { delivery: DueDelivery; wasDueAt: string }[],
  batching: Batching | undefined,
): Shipment[] {
  if (batching === undefined) return claimed.map(({ delivery }) => shipmentOf([delivery]));
  const suspects = claimed.filter(({ delivery }) => delivery.isPoisonSuspect);
  const others = claimed.filter(({ delivery }) => !delivery.isPoisonSuspect);
  const isRetry = ({ attempts, attemptsBefore }: DueDelivery) => attempts > attemptsBefore;
  const groups = Map.groupBy(others, ({ delivery, wasDueAt }) => (isRetry(delivery) ? wasDueAt : ''));
  const shipments = suspects.map(({ delivery }) => shipmentOf([delivery]));
  for (const group of groups.values()) {
    let batch: DueDelivery[] = [];
    let bytes = 0;
    const close = () => {
      // Rows that are due at the same moment are claimed in no particular order.
      const [first, ...rest] = batch.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
      if (first) shipments.push(shipmentOf([first, ...rest]));
      batch = [];
      bytes = 0;
    };
    for (const { delivery } of group) {
      if (batch.length === batching.maxEvents || bytes + delivery.payload.length > MAX_BATCH_BYTES) close();
      batch.push(delivery);
      bytes += delivery.payload.length;
    }
    close();
  }
  return shipments;
}
