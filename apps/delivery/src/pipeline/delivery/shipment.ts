import type { Batching } from '@hookline/contracts';
import { type DueDelivery, heldBytes } from './due-delivery.ts';

/** What goes to an endpoint in one request: a delivery, or a batch of them. */
export interface Shipment {
  endpointId: string;
  tenantId: string;
  deliveries: readonly [DueDelivery, ...DueDelivery[]];
  /** That they hold in memory. */
  bytes: number;
}

/** A batch is one body in memory: with more it is closed, however few events it has. */
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
 * Puts claimed deliveries of one endpoint together.
 *
 * A suspect goes by itself, so that it takes nobody with it.
 *
 * Those that failed together come together again, and apart from others: they have become due at the same moment, to
 * the microsecond. So a batch holds the same events at each attempt, in the order of their ids, and has the same id.
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
      // Rows that are due at the same moment are claimed in whatever order Postgres has them in.
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
