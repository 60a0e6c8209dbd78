import { type Delivery, deliveryId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { textOfOrderingKey } from '../../pipeline/ordering/ordering-key-of.ts';
import type { DeliveryRow } from '../../sql/delivery-row.ts';
import { findParkedKeys, type OrderedBy } from '../../sql/find-parked-keys.ts';
import { hasTime } from './wait-reason.ts';

type Row = Pick<DeliveryRow, 'endpointId' | 'orderingKey' | 'dueAt'>;

/** What blocks the ordering key of a delivery that waits for its turn; null if nothing does. */
export type Parking = (row: Row) => Delivery['parkedBy'];

/** For deliveries that do not wait. */
export const NOT_PARKED: Parking = () => null;

/** Reads what blocks those of the deliveries that wait for their turn, in one query. */
export async function readParking(tx: Transaction, rows: readonly Row[]): Promise<Parking> {
  const waiting = rows.filter(isOrdered);
  if (waiting.length === 0) return NOT_PARKED;
  const keys = new Map(waiting.map((row) => [nameOf(row), row]));
  const parked = new Map((await findParkedKeys(tx, [...keys.values()])).map((key) => [nameOf(key), key]));
  return (row) => {
    const found = isOrdered(row) ? parked.get(nameOf(row)) : undefined;
    if (!found) return null;
    return {
      key: textOfOrderingKey(found.orderingKey),
      deliveryId: deliveryId(found.eventId, found.endpointId),
      since: found.parkedAt.toISOString(),
    };
  };
}

const isOrdered = (row: Row): row is Row & OrderedBy =>
  row.orderingKey !== null && row.dueAt !== null && !hasTime(row.dueAt);

const nameOf = ({ endpointId, orderingKey }: OrderedBy) => `${endpointId} ${orderingKey}`;
