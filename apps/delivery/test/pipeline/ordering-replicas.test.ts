import { deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';
import { expectInOrder, inOrders, ORDERED } from '../support/orders.ts';

/*
 * Two replicas send events of the same keys, and one of them is killed, or stopped for longer than its lease, in the
 * middle of its requests. The first arrivals are in order, and no event arrives again after its successor.
 */

vi.setConfig({ testTimeout: 120_000 });

/** The name of a replica in its leases. */
async function readReplicaName({ harness }: Scene): Promise<string> {
  const rows = await harness.asOwner<{ id: string }>('select id from delivery_replicas');
  expect(rows).toHaveLength(1);
  return rows[0]?.id ?? '';
}

/** How many deliveries are being sent by the replica of this name, and by another. */
async function readSending({ harness }: Scene, name: string): Promise<{ own: number; others: number }> {
  const [row] = await harness.asOwner<{ own: number; others: number }>(
    `select count(*) filter (where lease_id like $1 || '-%')::int as own,
            count(*) filter (where lease_id not like $1 || '-%')::int as others
     from deliveries where status = 'sending'`,
    [name],
  );
  return row ?? { own: 0, others: 0 };
}

async function readFenced({ first }: Scene): Promise<number> {
  const { text } = await first.call('GET', '/metrics');
  return Number(/^hookline_fenced_outcomes_total\S* (\d+)/m.exec(text)?.[1] ?? 0);
}

test.concurrent('one of two replicas is killed with requests in flight: those events arrive again, in order', () =>
  withScene(async (scene) => {
    const { harness, receiver, first, publish } = scene;
    const orders = 8;
    const events = 160;
    // Each key has its own pace: in step, one claim would take all due deliveries.
    receiver.respond = ({ body }) => ({
      delayMs: 40 + 20 * Number(JSON.parse(body.toString('utf8')).data.order),
    });
    const name = await readReplicaName(scene);
    const other = await scene.startAgain();
    const published = publish(events, inOrders(orders));
    await until(
      async () => {
        const { own, others } = await readSending(scene, name);
        return own > 0 && others > 0;
      },
      { what: 'both replicas to be sending', everyMs: 2 },
    );
    await scene.postgres.stopBefore(STATEMENTS.record);
    await first.kill();
    await published;
    expect((await readSending(scene, name)).own).toBeGreaterThan(0);
    expect(await harness.expectSettled(other, 45_000)).toMatchObject({
      events,
      duplicates: 0,
      delivered: events,
      dead: 0,
    });
    await expectInOrder(harness, receiver, { atLeast: 1, atMost: orders });
  }, ORDERED));

test.concurrent('one of two replicas is stopped with requests in flight for longer than its lease: its late outcomes and its fetched events change nothing', () =>
  withScene(async (scene) => {
    const { harness, receiver, first, publish } = scene;
    // An odd number, so that each replica gets some events of every key.
    const orders = 3;
    const each = 4;
    receiver.respond = (_, n) => (n <= orders ? { hang: true } : {});
    const heads = await publish(orders, inOrders(orders));
    await receiver.waitFor(orders);
    first.signal('SIGSTOP');
    const other = await scene.startAgain();

    // The stopped replica gets its part of these events: a later event may be stored earlier, but must not arrive earlier.
    const behind: string[] = [];
    for (let n = 0; n < orders * each; n++) {
      behind.push(await harness.publish({ tenant: scene.tenant, payload: inOrders(orders)(n) }));
    }
    const held = await until(
      async () => {
        const { num_ack_pending } = await harness.bus.manager.consumers.info('EVENTS', 'delivery');
        const stored = await harness.asOwner('select from events');
        return stored.length + num_ack_pending === orders + behind.length ? num_ack_pending : undefined;
      },
      { what: 'the stopped replica to hold events' },
    );
    expect(held).toBeGreaterThan(0);
    await harness.expectSettled(other, 45_000);
    const before = await Promise.all(
      heads.map(
        async (id) =>
          (await other.call('GET', `/api/deliveries/${deliveryId(id, scene.endpointId)}`)).json.data,
      ),
    );

    first.signal('SIGCONT');
    await until(async () => (await readFenced(scene)) === orders, {
      what: 'the late outcomes to be fenced off',
    });
    for (const [n, id] of heads.entries()) {
      expect(before[n]).toMatchObject({ status: 'success', attempts: 1 });
      const after = await other.call('GET', `/api/deliveries/${deliveryId(id, scene.endpointId)}`);
      expect(after.json.data).toEqual(before[n]);
    }
    // The replica works again.
    const more = orders * 5;
    await publish(more, inOrders(orders));
    const events = orders + behind.length + more;
    expect(await harness.expectSettled(other)).toMatchObject({
      events,
      duplicates: 0,
      delivered: events,
      dead: 0,
    });
    await expectInOrder(harness, receiver, { atLeast: orders, atMost: orders });
  }, ORDERED));

test.concurrent("one of two replicas resumes after its lease, while the other sends the same again: its outcomes do not settle the other's deliveries", () =>
  withScene(async (scene) => {
    const { harness, receiver, first, publish } = scene;
    const orders = 3;
    const events = 9;
    // Long enough that the late outcomes arrive while these requests are in flight, and less than the endpoint's timeout.
    receiver.respond = (_, n) => {
      if (n <= orders) return { hang: true };
      return n <= 2 * orders ? { delayMs: 2_000 } : {};
    };
    await publish(events, inOrders(orders));
    await receiver.waitFor(orders);
    first.signal('SIGSTOP');
    const other = await scene.startAgain();
    await receiver.waitFor(2 * orders, 20_000);
    first.signal('SIGCONT');
    await until(async () => (await readFenced(scene)) === orders, {
      what: 'the late outcomes to be fenced off',
    });
    expect(await harness.expectSettled(other)).toMatchObject({ events, delivered: events, dead: 0 });
    await expectInOrder(harness, receiver, { atLeast: orders, atMost: orders });
    // A late outcome would have been recorded as another attempt.
    expect(await harness.asOwner('select from deliveries where attempts > 1')).toEqual([]);
  }, ORDERED));
