import { setTimeout as delay } from 'node:timers/promises';
import { deliveryId } from '@hookline/contracts';
import { type ReceiverAnswer, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';
import { expectInOrder, inOrders, ORDERED } from '../support/orders.ts';

/*
 * Two replicas send events of the same keys, and one of them is killed, or stopped for longer than its lease, in the
 * middle of its requests. The first arrivals are in order, and no event arrives again after its successor.
 */

// An upper bound for a busy machine.
vi.setConfig({ testTimeout: 300_000 });

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

/**
 * Stops the process when it has a request of every key in flight. The stop is immediate: on a busy machine the process
 * could give up its requests before the test goes on.
 * @param answers to the requests in flight, and to all later ones
 */
function stopWithRequestsInFlight(
  { receiver, first }: Scene,
  orders: number,
  answers: { inFlight: ReceiverAnswer; later: (n: number) => ReceiverAnswer },
): void {
  receiver.respond = (_, n) => {
    if (n > orders) return answers.later(n);
    if (n === orders) first.signal('SIGSTOP');
    return answers.inFlight;
  };
}

/** The lease alone limits an attempt: a busy machine delays some answers by seconds. */
const SETTINGS = { ...ORDERED, timeoutSeconds: 30 };
/** The leases of a dead replica end after 10 s, so a longer lease delays nothing. */
const LONG_LEASE_SECONDS = 30;

/** Publishes an event of every key in turn, until it is stopped. */
function publishSteadily({ harness, tenant }: Scene, orders: number) {
  let published = 0;
  let stopping = false;
  const running = (async () => {
    while (!stopping) {
      const payload = inOrders(orders)(published);
      await harness.publish({ tenant, payload });
      published++;
      await delay(25);
    }
  })();
  return {
    /** @returns how many events were published */
    async stop(): Promise<number> {
      stopping = true;
      await running;
      return published;
    },
  };
}

test.concurrent('one of two replicas is killed with requests in flight: those events arrive again, in order', () =>
  withScene(
    async (scene) => {
      const { harness, receiver, first } = scene;
      const orders = 8;
      // Each key has its own pace: in step, one claim would take all due deliveries.
      receiver.respond = ({ body }) => ({
        delayMs: 40 + 20 * Number(JSON.parse(body.toString('utf8')).data.order),
      });
      const name = await readReplicaName(scene);
      const other = await scene.startAgain();
      // Which replica sends an event is chance, so events are published until both do, and until the kill.
      const load = publishSteadily(scene, orders);
      let events: number;
      try {
        await until(
          async () => {
            const { own, others } = await readSending(scene, name);
            return own > 0 && others > 0;
          },
          { what: 'both replicas to be sending', everyMs: 2 },
        );
        await scene.postgres.stopBefore(STATEMENTS.record);
        await first.kill();
      } finally {
        events = await load.stop();
      }
      expect((await readSending(scene, name)).own).toBeGreaterThan(0);
      expect(await harness.expectSettled(other, 45_000)).toMatchObject({
        events,
        duplicates: 0,
        delivered: events,
        dead: 0,
      });
      await expectInOrder(harness, receiver, { atLeast: 1, atMost: orders });
    },
    SETTINGS,
    LONG_LEASE_SECONDS,
  ));

test.concurrent('one of two replicas is stopped with requests in flight for longer than its lease: its late outcomes and its fetched events change nothing', () =>
  withScene(async (scene) => {
    const { harness, receiver, first, publish } = scene;
    // An odd number, so that each replica gets some events of every key.
    const orders = 3;
    const each = 4;
    stopWithRequestsInFlight(scene, orders, { inFlight: { hang: true }, later: () => ({}) });
    const heads = await publish(orders, inOrders(orders));
    await receiver.waitFor(orders);
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
  }, SETTINGS));

test.concurrent("one of two replicas resumes after the other ended its lease and sends the same again: its outcomes do not settle the other's deliveries", () =>
  withScene(
    async (scene) => {
      const { harness, receiver, first, publish } = scene;
      const orders = 3;
      const events = 9;
      const resumed = Promise.withResolvers<void>();
      const fenced = Promise.withResolvers<void>();
      stopWithRequestsInFlight(scene, orders, {
        inFlight: { after: resumed.promise },
        // The other replica gets its answers after the late outcomes.
        later: (n) => (n <= 2 * orders ? { after: fenced.promise } : {}),
      });
      await publish(events, inOrders(orders));
      await receiver.waitFor(orders);
      const other = await scene.startAgain();
      await receiver.waitFor(2 * orders);
      first.signal('SIGCONT');
      resumed.resolve();
      await until(async () => (await readFenced(scene)) === orders, {
        what: 'the late outcomes to be fenced off',
      });
      expect(await harness.asOwner(`select from deliveries where status = 'sending'`)).toHaveLength(orders);
      fenced.resolve();
      expect(await harness.expectSettled(other, 45_000)).toMatchObject({
        events,
        delivered: events,
        dead: 0,
      });
      await expectInOrder(harness, receiver, { atLeast: orders, atMost: orders });
      // A late outcome would have been recorded as another attempt.
      expect(await harness.asOwner('select from deliveries where attempts > 1')).toEqual([]);
    },
    SETTINGS,
    LONG_LEASE_SECONDS,
  ));
