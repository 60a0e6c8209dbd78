import type { Receiver } from '@hookline/testkit';
import { expect } from 'vitest';
import type { Harness } from '../harness.ts';

/** Settings of an endpoint that gets the events of one order one after the other. */
export const ORDERED = { ordering: { key: '/order', onFailure: 'park' }, timeoutSeconds: 3 };

/** Payloads of a number of orders in turn: `{"order": "0", "n": 0}`, `{"order": "1", "n": 1}` … */
export const inOrders =
  (orders: number) =>
  (n: number): { order: string; n: number } => ({ order: String(n % orders), n });

/** The ids of the events of an order, in the order of their arrival. Each request has one event. */
export function arrivalsOf(receiver: Receiver, order: string): string[] {
  return receiver.requests
    .filter(({ body }) => JSON.parse(body.toString('utf8')).data.order === order)
    .map(({ headers }) => String(headers['webhook-id']));
}

/** The ids of the stored events of each order, in the order of the stream. */
async function readOrders({ asOwner }: Pick<Harness, 'asOwner'>): Promise<Map<string, string[]>> {
  const rows = await asOwner<{ id: string; order: string }>(
    `select id, convert_from(payload, 'utf8')::jsonb ->> 'order' as "order" from events order by stream_seq`,
  );
  const orders = new Map<string, string[]>();
  for (const { id, order } of rows) orders.set(order, [...(orders.get(order) ?? []), id]);
  return orders;
}

/**
 * Expects that all events of all orders arrived, the events of each order in the order of the stream. An event may have
 * arrived again, but before the next event of its order. The number of such repeats must be in the range of `repeats`.
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
