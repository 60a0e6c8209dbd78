import type { Receiver } from '@hookline/testkit';
import { expect } from 'vitest';
import type { Harness } from '../harness.ts';

/** For endpoints: events of one order come one after the other. */
export const ORDERED = { ordering: { key: '/order', onFailure: 'park' }, timeoutSeconds: 3 };

/** Events of so many orders in turn: `{"order": "0", "n": 0}`, `{"order": "1", "n": 1}` … */
export const inOrders =
  (orders: number) =>
  (n: number): { order: string; n: number } => ({ order: String(n % orders), n });

/** The ids of an order's events, as they came: an event for each request. */
export function arrivalsOf(receiver: Receiver, order: string): string[] {
  return receiver.requests
    .filter(({ body }) => JSON.parse(body.toString('utf8')).data.order === order)
    .map(({ headers }) => String(headers['webhook-id']));
}

/** The ids of the events of each order as they lie on the stream, as far as they are fanned out. */
async function readOrders({ asOwner }: Pick<Harness, 'asOwner'>): Promise<Map<string, string[]>> {
  const rows = await asOwner<{ id: string; order: string }>(
    `select id, convert_from(payload, 'utf8')::jsonb ->> 'order' as "order" from events order by stream_seq`,
  );
  const orders = new Map<string, string[]>();
  for (const { id, order } of rows) orders.set(order, [...(orders.get(order) ?? []), id]);
  return orders;
}

/**
 * All events of all orders came, each order's in the order of the stream. One may have come again, but before the
 * next of its order, and no more than `repeats` did.
 */
export async function expectInOrder(
  harness: Pick<Harness, 'asOwner'>,
  receiver: Receiver,
  repeats: { atLeast: number; atMost: number },
): Promise<void> {
  const orders = await readOrders(harness);
  let repeated = 0;
  for (const [order, ids] of orders) {
    const arrivals = arrivalsOf(receiver, order);
    const first = arrivals.filter((id, n) => id !== arrivals[n - 1]);
    expect(first, `order ${order}`).toEqual(ids);
    repeated += arrivals.length - first.length;
  }
  expect(repeated).toBeGreaterThanOrEqual(repeats.atLeast);
  expect(repeated).toBeLessThanOrEqual(repeats.atMost);
}
