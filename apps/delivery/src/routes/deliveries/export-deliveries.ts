import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { decodeCursor, type ExportPage, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { DeliveryKey } from '../../sql/delivery-row.ts';
import type { DeliveryFilter } from '../../sql/list-deliveries.ts';
import { readDeliveriesAfter } from '../../sql/read-deliveries-after.ts';
import type { RouteContext } from '../context.ts';
import { readDeliveryCursor, writeDeliveryCursor } from './delivery-cursor.ts';
import { presentDelivery } from './present-delivery.ts';
import { readParking } from './read-parking.ts';

/** Deliveries that are read at a time. */
const PAGE_DELIVERIES = 500;

export function mountExportDeliveries(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.exportDeliveries,
    context.authenticate,
    ({ principal, query, request, reply }) => {
      const { cursor, ...rest } = query;
      const tenant = tenantToRead(principal, query.userId);
      const after = readDeliveryCursor(decodeCursor(cursor, ID_PREFIX.event, 2));
      return context.exports.send(request, reply, {
        tenant,
        filename: 'deliveries',
        cursor,
        pages: readPages(context, { ...rest, tenant }, after),
      });
    },
  );
}

/** Each page has a transaction of its own: none is open while the caller reads. */
async function* readPages(
  { database, waitReason }: Pick<RouteContext, 'database' | 'waitReason'>,
  filter: DeliveryFilter,
  after: DeliveryKey | undefined,
): AsyncGenerator<ExportPage> {
  let position = after;
  for (;;) {
    const { rows, scannedTo, parking } = await database.withScope(filter.tenant, async (tx) => {
      const found = await readDeliveriesAfter(tx, filter, position, PAGE_DELIVERIES);
      return { ...found, parking: await readParking(tx, found.rows) };
    });
    if (scannedTo === undefined) return;
    position = scannedTo;
    yield {
      lines: rows.map((row) => JSON.stringify(presentDelivery(row, waitReason, parking))),
      position: writeDeliveryCursor(position),
    };
  }
}
