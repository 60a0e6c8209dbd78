import { deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { orderingKeyFor } from '../../src/pipeline/ordering/ordering-key-of.ts';
import type { Answer, Caller, Replica } from '../harness.ts';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';
import { arrivalsOf, expectInOrder, inOrders, ORDERED } from '../support/orders.ts';
import { isReadyForQuery } from '../support/tcp-proxy.ts';

/*
 * As in crash-points.test.ts, with a key that is parked: the process is killed between giving up and parking, and
 * while the key is released. No delivery may overtake the one that gave up before it is retried or released, and once
 * that has happened, a crash does not undo it.
 */

// Most of the time is spent waiting for leases and for processes to start; the rest allows for a busy machine.
vi.setConfig({ maxConcurrency: 10, testTimeout: 300_000 });

const ORDERS = 2;
const EVENTS = 6;
/** The key whose first event gives up. */
const STUCK = '0';
/** Parts of the statements that release a parked key: on request, and because its delivery is retried. */
const RELEASE = 'delete from "parked_keys"';
const RELEASE_RETRIED = 'delete from parked_keys k';

/** Makes the receiver refuse the first event of one key while `broken` is set. */
async function withStuckScene(play: (scene: Scene & { mend: () => void }) => Promise<void>): Promise<void> {
  await withScene(
    async (scene) => {
      let broken = true;
      scene.receiver.respond = ({ body }) => {
        const { n } = JSON.parse(body.toString('utf8')).data;
        return { status: broken && n === 0 ? 500 : 200 };
      };
      await play({ ...scene, mend: () => (broken = false) });
    },
    { ...ORDERED, retrySchedule: [] },
  );
}

/** @returns the event that gives up */
async function publishAll(scene: Scene): Promise<string> {
  // It is the first of its key on the stream, too.
  const [stuck] = await scene.publish(1, inOrders(ORDERS));
  await scene.publish(EVENTS - 1, (n) => inOrders(ORDERS)(n + 1));
  return stuck as string;
}

const readParked = async ({ harness }: Scene) =>
  (
    await harness.asOwner<{ eventId: string }>(
      'select event_id as "eventId" from parked_keys where ordering_key = $1',
      [orderingKeyFor(ORDERED.ordering, STUCK)],
    )
  ).map(({ eventId }) => eventId);

/** Of the parked key only the event that gave up has arrived, and all events of the other key. */
async function expectHeldBack(scene: Scene, stuck: string): Promise<void> {
  await until(
    async () => {
      const [row] = await scene.harness.asOwner<{ delivered: number }>(
        `select count(*)::int as delivered from deliveries where status = 'success'`,
      );
      return row?.delivered === EVENTS / ORDERS && (await readParked(scene)).length === 1;
    },
    { what: 'the key to be parked, and the other delivered', timeoutMs: 45_000 },
  );
  // Longer than the sequencer's interval.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(arrivalsOf(scene.receiver, STUCK)).toEqual([stuck]);
  expect(await readParked(scene)).toEqual([stuck]);
}

async function expectAllInOrder(
  scene: Scene,
  again: Replica,
  stuck: { delivered: boolean; repeats: { atLeast: number; atMost: number } },
): Promise<void> {
  const dead = stuck.delivered ? 0 : 1;
  const ledger = await scene.harness.expectSettled(again, 45_000);
  expect(ledger).toMatchObject({
    events: EVENTS,
    duplicates: 0,
    accepted: EVENTS,
    delivered: EVENTS - dead,
    dead,
    unaccounted: 0,
  });
  await expectInOrder(scene.harness, scene.receiver, stuck.repeats);
  expect(await readParked(scene)).toEqual([]);
}

const release = (scene: Scene, caller: Pick<Caller, 'call'>): Promise<Answer> =>
  caller.call('POST', `/api/webhooks/${scene.endpointId}/parked-keys/release`, {
    as: scene.tenant,
    body: { key: STUCK },
  });

const retry = (scene: Scene, caller: Pick<Caller, 'call'>, eventId: string): Promise<Answer> =>
  caller.call('POST', `/api/deliveries/${deliveryId(eventId, scene.endpointId)}/retry`, { as: scene.tenant });

test.concurrent.for([
  {
    when: 'before its dead letter is published',
    stop: ({ nats }: Scene) => nats.stopBefore('HPUB dead_letters.'),
  },
  {
    when: 'after its dead letter was published, before its key is parked',
    stop: ({ postgres }: Scene) => postgres.stopBefore(STATEMENTS.clear),
  },
])('killed after a delivery gave up, $when: no delivery overtakes it, and its key is parked', ({ stop }) =>
  withStuckScene(async (scene) => {
    const killed = stop(scene).then(() => scene.first.kill());
    const stuck = await publishAll(scene);
    await killed;
    expect(await readParked(scene)).toEqual([]);
    const again = await scene.startAgain();
    await expectHeldBack(scene, stuck);
    expect((await release(scene, again)).json.data).toEqual({ released: 1 });
    // The other key may have had a request in flight.
    await expectAllInOrder(scene, again, { delivered: false, repeats: { atLeast: 0, atMost: 1 } });
  }),
);

/** Calls the process that is killed during the call: the caller gets no answer. */
async function callInVain(calling: Promise<Answer>, killed: Promise<void>): Promise<void> {
  await expect(calling).rejects.toThrow('fetch failed');
  await killed;
}

test.concurrent('killed while a parked key is released, before the commit: it stays parked, until it is released again', () =>
  withStuckScene(async (scene) => {
    const stuck = await publishAll(scene);
    await expectHeldBack(scene, stuck);
    const killed = scene.postgres.stopBefore(RELEASE).then(() => scene.first.kill());
    await callInVain(release(scene, scene.first), killed);
    const again = await scene.startAgain();
    await expectHeldBack(scene, stuck);
    expect((await release(scene, again)).json.data).toEqual({ released: 1 });
    await expectAllInOrder(scene, again, { delivered: false, repeats: { atLeast: 0, atMost: 0 } });
  }));

test.concurrent('killed after a parked key was released, before the sequencer is woken: the others go on', () =>
  withStuckScene(async (scene) => {
    const stuck = await publishAll(scene);
    await expectHeldBack(scene, stuck);
    const killed = scene.postgres.stopBeforeAnswerTo(RELEASE, isReadyForQuery).then(() => scene.first.kill());
    await callInVain(release(scene, scene.first), killed);
    expect(await readParked(scene)).toEqual([]);
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, { delivered: false, repeats: { atLeast: 0, atMost: 0 } });
  }));

test.concurrent('killed after the dead letter was retried, before the claimer is woken: it arrives first, then the others', () =>
  withStuckScene(async (scene) => {
    const stuck = await publishAll(scene);
    await expectHeldBack(scene, stuck);
    scene.mend();
    const killed = scene.postgres
      .stopBeforeAnswerTo(RELEASE_RETRIED, isReadyForQuery)
      .then(() => scene.first.kill());
    await callInVain(retry(scene, scene.first, stuck), killed);
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, { delivered: true, repeats: { atLeast: 1, atMost: 1 } });
  }));
