import { setInterval as every } from 'node:timers/promises';
import { type Receiver, startOwnPostgres, startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, type Harness, newTenant } from '../harness.ts';

// The tests run concurrently, on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const OUTAGE_MS = 5_000;

/** Publishes fifty events a second until it is stopped; an event counts once the stream has it. */
function publishSteadily(harness: Harness, tenant: string) {
  const ids: string[] = [];
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();
  const running = (async () => {
    try {
      for await (const _ of every(20, undefined, { signal: stopping.signal })) {
        const publishing = harness
          .publish({ tenant, payload: { n: ids.length } })
          .then((id) => void ids.push(id));
        inFlight.add(publishing);
        void publishing.finally(() => inFlight.delete(publishing));
      }
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  })();
  return {
    ids,
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(inFlight);
    },
  };
}

/** Publishes events from one second before the outage to two seconds after it, and resolves when all are settled. */
async function survive(
  harness: Harness,
  receiver: Receiver,
  outage: { begin: () => Promise<unknown>; end: () => Promise<unknown> },
): Promise<void> {
  const replica = await harness.startReplica();
  const tenant = newTenant();
  await replica.createEndpoint(tenant, receiver.url, { timeoutSeconds: 4, retrySchedule: [1, 1, 1] });
  const load = publishSteadily(harness, tenant);
  await receiver.waitFor(50, 30_000);
  await outage.begin();
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(503);
  const beganAt = Date.now();
  await until(() => Date.now() - beganAt >= OUTAGE_MS, { timeoutMs: OUTAGE_MS * 2 });
  await outage.end();
  const backAt = load.ids.length;
  await until(() => load.ids.length > backAt + 50, { timeoutMs: 30_000 });
  await load.stop();

  const ledger = await harness.expectSettled(replica, 40_000);
  expect(ledger).toMatchObject({ accepted: load.ids.length, delivered: load.ids.length, dead: 0 });
  const counts = new Map<string, number>();
  for (const { headers } of receiver.requests) {
    const id = String(headers['webhook-id']);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([...load.ids].sort());
  // No more repeats than requests whose outcome could not be written under its lease.
  expect(receiver.requests.length - load.ids.length).toBeLessThanOrEqual(
    harness.config.maxInFlightPerEndpoint,
  );
  expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
}

test.concurrent('Postgres killed for five seconds under load: nothing is lost, and it catches up', async () => {
  const database = await startOwnPostgres();
  const harness = await createHarness({ database, leaseSeconds: 8 });
  const receiver = await startReceiver();
  try {
    await survive(harness, receiver, { begin: database.kill, end: database.restart });
  } finally {
    await receiver.close();
    await harness.stop();
  }
});

test.concurrent('NATS killed for five seconds under load: nothing is lost, and it catches up', async () => {
  const harness = await createHarness({ leaseSeconds: 8 });
  const receiver = await startReceiver();
  try {
    await survive(harness, receiver, { begin: harness.nats.kill, end: harness.nats.restart });
  } finally {
    await receiver.close();
    await harness.stop();
  }
});

test.concurrent('while NATS is unavailable a test event is refused with an error that allows a retry', async () => {
  const harness = await createHarness();
  try {
    const replica = await harness.startReplica();
    const { id } = await replica.createEndpoint('t', 'http://127.0.0.1:9/');
    await harness.nats.kill();
    const answer = await replica.call('POST', `/api/webhooks/${id}/test`, { as: 't' });
    expect(answer).toMatchObject({ status: 503, json: { code: 'not_stored' } });
    await harness.nats.restart();
  } finally {
    await harness.stop();
  }
});
