import { until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { countUnacknowledged, type Replica } from '../harness.ts';
import { type Scene, STATEMENTS, withScene } from '../support/crash-scene.ts';

/*
 * As in crash-points.test.ts, with an endpoint that has `batching`: the process is killed between each two steps of a
 * batch. Every event arrives. Events in flight may arrive again, perhaps together with others and so in a batch
 * with another id; the events have the same ids.
 */

// Most of the time is spent waiting for leases and for processes to start; the rest allows for a busy machine.
vi.setConfig({ maxConcurrency: 10, testTimeout: 300_000 });

interface Batch {
  id: string;
  /** Of its events. */
  events: string[];
}

function readBatches({ receiver }: Scene): Batch[] {
  return receiver.requests.map(({ headers, body }) => {
    const batch = JSON.parse(body.toString('utf8')) as { id: string; data: { id: string }[] };
    expect(headers['webhook-id']).toBe(batch.id);
    return { id: batch.id, events: batch.data.map(({ id }) => id) };
  });
}

/** Waits until all events are fanned out and acknowledged. */
async function untilFannedOut({ harness }: Scene, count: number): Promise<void> {
  await until(
    async () =>
      (await harness.asOwner('select from deliveries')).length === count &&
      (await countUnacknowledged(harness.bus)) === 0,
    { what: 'all to be fanned out', timeoutMs: 20_000 },
  );
}

/** All events arrive, none twice in a batch, none more than `atMost` times, and the given ids once. */
async function expectAllDelivered(
  scene: Scene,
  again: Replica,
  ids: readonly string[],
  { atMost, once = [] }: { atMost: 1 | 2; once?: readonly string[] },
): Promise<Batch[]> {
  const ledger = await scene.harness.expectSettled(again, 45_000);
  expect(ledger).toMatchObject({
    events: ids.length,
    duplicates: 0,
    malformed: 0,
    accepted: ids.length,
    delivered: ids.length,
    dead: 0,
    unaccounted: 0,
  });
  const batches = readBatches(scene);
  const counts = new Map<string, number>();
  for (const { events } of batches) {
    expect(new Set(events).size).toBe(events.length);
    for (const id of events) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([...ids].sort());
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(atMost);
  expect(once.filter((id) => counts.get(id) !== 1)).toEqual([]);
  // The id of a batch is a hash of its events' ids.
  const contents = new Map<string, string>();
  for (const { id, events } of batches) {
    const content = [...events].sort().join();
    expect(contents.get(id) ?? content).toBe(content);
    contents.set(id, content);
  }
  return batches;
}

test.concurrent('killed before the window of a batch has passed: each event arrives once', () =>
  withScene(
    async (scene) => {
      const ids = await scene.publish(5);
      await untilFannedOut(scene, 5);
      await scene.first.kill();
      expect(scene.receiver.requests).toHaveLength(0);
      const again = await scene.startAgain();
      await expectAllDelivered(scene, again, ids, { atMost: 1 });
    },
    { batching: { maxEvents: 100, windowSeconds: 10 } },
  ));

test.concurrent('killed after a batch was claimed, before it is sent: each event arrives once, all in one batch', () =>
  withScene(
    async (scene) => {
      scene.network.swallow();
      const ids = await scene.publish(5);
      await until(
        async () =>
          (await scene.harness.asOwner(`select from deliveries where status = 'sending'`)).length === 5,
        { what: 'a batch to be claimed' },
      );
      await scene.first.kill();
      expect(scene.receiver.requests).toHaveLength(0);
      scene.network.passOn();
      const again = await scene.startAgain();
      const batches = await expectAllDelivered(scene, again, ids, { atMost: 1 });
      expect(batches).toHaveLength(1);
    },
    { batching: { maxEvents: 5, windowSeconds: 300 } },
  ));

test.concurrent('killed after a batch arrived, before its outcome is recorded: the batch arrives again, with the same id', () =>
  withScene(
    async (scene) => {
      const killed = scene.postgres.stopBefore(STATEMENTS.record).then(() => scene.first.kill());
      const ids = await scene.publish(50);
      await killed;
      const again = await scene.startAgain();
      const batches = await expectAllDelivered(scene, again, ids, { atMost: 2 });
      // No other delivery was due at the same time.
      expect(batches.map(({ id }) => id)).toEqual([batches[0]?.id, batches[0]?.id]);
    },
    { batching: { maxEvents: 50, windowSeconds: 300 } },
  ));

test.concurrent('killed after a batch was refused, during its retry: each event is delivered', () =>
  withScene(
    async (scene) => {
      scene.receiver.respond = (_, n) => (n === 1 ? { status: 503 } : { hang: true });
      const ids = await scene.publish(5);
      await scene.receiver.waitFor(2);
      await scene.first.kill();
      scene.receiver.respond = () => ({});
      const again = await scene.startAgain();
      await scene.harness.expectSettled(again, 45_000);
      const batches = readBatches(scene);
      expect(batches.map(({ events }) => [...events].sort())).toEqual([1, 2, 3].map(() => [...ids].sort()));
      expect(new Set(batches.map(({ id }) => id)).size).toBe(1);
    },
    { batching: { maxEvents: 5, windowSeconds: 300 } },
  ));

test.concurrent('killed between the statements that record the outcomes of several batches: recorded batches do not arrive again', () =>
  withScene(
    async (scene) => {
      const events = 1_500;
      // Answered at once, so that the outcomes need more than one statement.
      let answersAtMs = 0;
      scene.receiver.respond = () => {
        if (answersAtMs === 0) answersAtMs = Date.now() + 2_000;
        return { delayMs: Math.max(0, answersAtMs - Date.now()) };
      };
      const ids = await scene.publish(events);
      const killed = scene.postgres
        .sees(STATEMENTS.record)
        .then(() => scene.postgres.sees(STATEMENTS.record))
        .then(() => scene.postgres.stopBefore(STATEMENTS.record))
        .then(() => scene.first.kill());
      await killed;
      const recorded = await scene.harness.asOwner<{ id: string }>(
        `select event_id as id from deliveries where status = 'success'`,
      );
      expect(recorded.length).toBeGreaterThan(0);
      expect(recorded.length).toBeLessThan(events);
      const again = await scene.startAgain();
      await expectAllDelivered(scene, again, ids, { atMost: 2, once: recorded.map(({ id }) => id) });
    },
    { batching: { maxEvents: 350, windowSeconds: 1 }, timeoutSeconds: 4 },
  ));
