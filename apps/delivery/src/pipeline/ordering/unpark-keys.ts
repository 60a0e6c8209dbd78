import type { Transaction } from '@hookline/db';
import { parkedKeys } from '@hookline/db/delivery';
import { and, eq, or } from 'drizzle-orm';

interface Settled {
  eventId: string;
  endpointId: string;
  orderingKey: string | null;
}

/** Releases the ordering keys that are parked for one of these deliveries, because the delivery was retried or discarded. */
export async function unparkKeys(tx: Transaction, rows: readonly Settled[]): Promise<void> {
  const parked = rows
    .filter((row): row is Settled & { orderingKey: string } => row.orderingKey !== null)
    .map(({ eventId, endpointId, orderingKey }) =>
      and(
        eq(parkedKeys.endpointId, endpointId),
        eq(parkedKeys.orderingKey, orderingKey),
        eq(parkedKeys.eventId, eventId),
      ),
    );
  if (parked.length > 0) await tx.delete(parkedKeys).where(or(...parked));
}
