import { until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { countUnacknowledged, type Replica } from '../harness.ts';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';
import { expectInOrder, inOrders, ORDERED } from '../support/orders.ts';
import { isReadyForQuery } from '../support/tcp-proxy.ts';

/*
 * As in crash-points.test.ts, with an endpoint that has `ordering`: the process is killed between each two steps of
 * the way from a key's first event to its second. Nothing may be lost, and no event of a key may arrive before an
 * earlier one. The event in flight may arrive twice.
 */

// Most of the time is spent waiting for leases and for processes to start; the rest allows for a busy machine.
vi.setConfig({ maxConcurrency: 10, testTimeout: 300_000 });

const ORDERS = 3;
const EVENTS = 9;

const withOrderedScene = (play: (scene: Scene) => Promise<void>) => withScene(play, ORDERED);

interface Row {
  status: string;
  /** The delivery waits for its predecessor. */
  waits: boolean;
}

const readDeliveries = ({ harness }: Scene) =>
  harness.asOwner<Row>(
    `select status, due_at is not distinct from 'infinity' as waits from deliveries order by ordering_position`,
  );

/** Waits until all events are fanned out and acknowledged, and the deliveries have the expected states. */
async function untilDeliveries(scene: Scene, what: string, check: (rows: Row[]) => boolean): Promise<void> {
  await until(
    async () => {
      const rows = await readDeliveries(scene);
      return rows.length === EVENTS && check(rows) && (await countUnacknowledged(scene.harness.bus)) === 0;
    },
    { what, timeoutMs: 20_000 },
  );
}

/** The states of the first delivery of each key and of the deliveries behind it. */
function isAt(heads: Row, others: Row): (rows: Row[]) => boolean {
  const matches = (row: Row, { status, waits }: Row) => row.status === status && row.waits === waits;
  // In whatever order the events arrived, three of them are the first of their keys.
  return (rows) =>
    rows.filter((row) => matches(row, heads)).length === ORDERS &&
    rows.filter((row) => matches(row, others)).length === EVENTS - ORDERS;
}

const WAITING: Row = { status: 'pending', waits: true };

async function expectAllInOrder(
  scene: Scene,
  again: Replica,
  repeats: { atLeast: number; atMost: number },
): Promise<void> {
  const ledger = await scene.harness.expectSettled(again, 45_000);
  expect(ledger).toMatchObject({
    events: EVENTS,
    duplicates: 0,
    malformed: 0,
    accepted: EVENTS,
    delivered: EVENTS,
    dead: 0,
    unaccounted: 0,
  });
  await expectInOrder(scene.harness, scene.receiver, repeats);
}

const NONE = { atLeast: 0, atMost: 0 };

test.concurrent('killed after ordered events are committed, before they are acknowledged: each arrives once, in order', () =>
  withOrderedScene(async (scene) => {
    const killed = scene.postgres
      .stopBeforeAnswerTo(STATEMENTS.store, isReadyForQuery)
      .then(() => scene.first.kill());
    await scene.publish(EVENTS, inOrders(ORDERS));
    await killed;
    expect(await countUnacknowledged(scene.harness.bus)).toBe(EVENTS);
    const rows = await readDeliveries(scene);
    expect(rows.length).toBeGreaterThan(0);
    // Before the acknowledgement none is due.
    expect(rows.every(({ waits }) => waits)).toBe(true);
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, NONE);
  }));

test.concurrent('killed before the first delivery of each key becomes due: each arrives once, in order', () =>
  withOrderedScene(async (scene) => {
    const stopped = scene.postgres.stopBefore(STATEMENTS.promote);
    await scene.publish(EVENTS, inOrders(ORDERS));
    await stopped;
    await untilDeliveries(scene, 'all to wait for their turn', (rows) => rows.every(({ waits }) => waits));
    await scene.first.kill();
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, NONE);
  }));

test.concurrent('killed after the first delivery of each key became due, before it is claimed: each arrives once, in order', () =>
  withOrderedScene(async (scene) => {
    await scene.postgres.stopBefore(STATEMENTS.claim);
    await scene.publish(EVENTS, inOrders(ORDERS));
    await untilDeliveries(scene, 'turns', isAt({ status: 'pending', waits: false }, WAITING));
    await scene.first.kill();
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, NONE);
  }));

test.concurrent('killed after the first delivery of each key was claimed, before it is sent: each arrives once, in order', () =>
  withOrderedScene(async (scene) => {
    scene.network.swallow();
    await scene.publish(EVENTS, inOrders(ORDERS));
    await untilDeliveries(scene, 'claims', isAt({ status: 'sending', waits: false }, WAITING));
    await scene.first.kill();
    expect(scene.receiver.requests).toHaveLength(0);
    scene.network.passOn();
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, NONE);
  }));

test.concurrent('killed after the first delivery of each key arrived, before its outcome is recorded: only these arrive again', () =>
  withOrderedScene(async (scene) => {
    const killed = scene.postgres.stopBefore(STATEMENTS.record).then(() => scene.first.kill());
    await scene.publish(EVENTS, inOrders(ORDERS));
    await killed;
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, { atLeast: 1, atMost: ORDERS });
  }));

test.concurrent('killed after the first outcome of each key is recorded, before the next delivery becomes due: each arrives once, in order', () =>
  withOrderedScene(async (scene) => {
    scene.receiver.respond = () => ({ delayMs: 2_000 });
    await scene.publish(EVENTS, inOrders(ORDERS));
    await scene.receiver.waitFor(ORDERS);
    await scene.postgres.stopBefore(STATEMENTS.promote);
    await untilDeliveries(scene, 'outcomes', isAt({ status: 'success', waits: false }, WAITING));
    await scene.first.kill();
    scene.receiver.respond = () => ({});
    const again = await scene.startAgain();
    await expectAllInOrder(scene, again, NONE);
  }));
