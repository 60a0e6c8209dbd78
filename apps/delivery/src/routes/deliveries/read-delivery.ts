import { ApiError, parseDeliveryId, timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { attempts, deliveries } from '@hookline/db/delivery';
import { and, eq } from 'drizzle-orm';

/** @throws ApiError `not_found` when the text is no delivery id */
export function parseDelivery(id: string): { eventId: string; endpointId: string } {
  const parsed = parseDeliveryId(id);
  if (!parsed) throw notFound();
  return parsed;
}

/** Locked until the transaction ends, if asked for. @throws ApiError `not_found` */
export async function readDelivery(tx: Transaction, eventId: string, endpointId: string, lock = false) {
  const query = tx
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.eventId, eventId),
        eq(deliveries.endpointId, endpointId),
        eq(deliveries.createdAt, new Date(timeOfId(eventId) ?? 0)),
      ),
    );
  const [row] = await (lock ? query.for('update') : query);
  if (!row) throw notFound();
  return row;
}

/** The condition that attempts at a delivery meet. */
export const attemptsAt = (
  row: Pick<typeof deliveries.$inferSelect, 'eventId' | 'endpointId' | 'createdAt'>,
) =>
  and(
    eq(attempts.eventId, row.eventId),
    eq(attempts.endpointId, row.endpointId),
    eq(attempts.createdAt, row.createdAt),
  );

const notFound = () => new ApiError('not_found', { message: 'There is no such delivery' });
