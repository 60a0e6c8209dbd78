import { type Delivery, ID_PREFIX } from '@hookline/contracts';
import { decodeCursor, type Page, type PageQuery, pageOf } from '@hookline/service';
import { type DeliveryFilter, listDeliveries } from '../../sql/list-deliveries.ts';
import type { RouteContext } from '../context.ts';
import { readDeliveryCursor, writeDeliveryCursor } from './delivery-cursor.ts';
import { presentDelivery } from './present-delivery.ts';
import { readParking } from './read-parking.ts';

export interface DeliveriesQuery extends PageQuery, DeliveryFilter {
  /** Whether the page has a total. A page that a cursor led to never has one. Default true. */
  counts?: boolean;
}

/** A page of deliveries by event, newest first. */
export async function listDeliveriesPage(
  { database, waitReason }: Pick<RouteContext, 'database' | 'waitReason'>,
  { limit, cursor, offset = 0, counts = true, ...filter }: DeliveriesQuery,
): Promise<Page<Delivery>> {
  const after = readDeliveryCursor(decodeCursor(cursor, ID_PREFIX.event, 2));
  const { rows, scannedTo, total, parking } = await database.withScope(filter.tenant, async (tx) => {
    const range = { after, offset, limit, isCounted: counts && after === undefined };
    const found = await listDeliveries(tx, filter, range);
    return { ...found, parking: await readParking(tx, found.rows) };
  });
  return pageOf(rows, {
    limit,
    offset,
    total,
    cursorOf: writeDeliveryCursor,
    scannedTo: scannedTo && writeDeliveryCursor(scannedTo),
    toItem: (row) => presentDelivery(row, waitReason, parking),
  });
}
