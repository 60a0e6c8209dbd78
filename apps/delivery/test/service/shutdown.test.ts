import { startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';
import { startDeliveryProcess } from '../support/delivery-process.ts';

// The tests run at the same time, possibly on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

test.concurrent('at SIGTERM under load requests in flight are finished, and another replica sends the rest at once, nothing twice', async () => {
  // The lease is longer than the test, so a delivery that is not requeued stays undelivered.
  const harness = await createHarness({ leaseSeconds: 600 });
  const receiver = await startReceiver({ respond: () => ({ delayMs: 30 }) });
  const draining = await startDeliveryProcess({
    databaseUrl: harness.config.databaseUrl,
    natsUrl: harness.config.natsUrl,
    encryptionKey: harness.config.encryptionKeys[0] as string,
    leaseSeconds: 600,
  });
  try {
    const tenant = newTenant();
    await draining.createEndpoint(tenant, receiver.url, { timeoutSeconds: 30 });
    const events = 1_000;
    const publishing = Promise.all(
      Array.from({ length: events }, (_, n) => harness.publish({ tenant, payload: { n } })),
    );
    await receiver.waitFor(100, 30_000);
    const startedAt = performance.now();
    draining.signal('SIGTERM');
    expect(await draining.exited).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const before = receiver.requests.length;
    expect(before).toBeLessThan(events);
    expect(await harness.asOwner(`select from deliveries where status = 'sending'`)).toEqual([]);

    const other = await harness.startReplica();
    await publishing;
    await receiver.waitFor(events, 30_000);
    expect(await harness.expectSettled(other)).toMatchObject({ accepted: events, delivered: events });
    expect(receiver.requests).toHaveLength(events);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(events);
  } finally {
    await draining.kill();
    await receiver.close();
    await harness.stop();
  }
});

test.concurrent('while an endpoint hangs, its waiting deliveries are requeued before the hanging request ends', async () => {
  const harness = await createHarness({
    leaseSeconds: 600,
    inFlightPerEndpoint: 1,
    maxInFlightPerEndpoint: 1,
  });
  const receiver = await startReceiver({ respond: (_, n) => (n === 1 ? { hang: true } : {}) });
  try {
    const replica = await harness.startReplica();
    const tenant = newTenant();
    await replica.createEndpoint(tenant, receiver.url, { timeoutSeconds: 5, retrySchedule: [1] });
    for (let n = 0; n < 3; n++) await harness.publish({ tenant });
    await receiver.waitFor(1);
    const count = async (status: string) =>
      (await harness.asOwner('select from deliveries where status = $1', [status])).length;
    await until(async () => (await count('sending')) === 3);
    const stopping = replica.stop();
    await until(async () => (await count('pending')) === 2, { timeoutMs: 3_500 });
    const other = await harness.startReplica();
    await receiver.waitFor(3);
    await stopping;
    await receiver.waitFor(4);
    expect(await harness.expectSettled(other)).toMatchObject({ delivered: 3 });
    expect(receiver.requests).toHaveLength(4);
  } finally {
    await receiver.close();
    await harness.stop();
  }
});

test.concurrent('a replica publishes its pending dead letters before it stops', async () => {
  const harness = await createHarness();
  const receiver = await startReceiver({ respond: () => ({ status: 410 }) });
  try {
    const replica = await harness.startReplica();
    const tenant = newTenant();
    await replica.createEndpoint(tenant, receiver.url);
    await harness.publish({ tenant });
    await receiver.waitFor(1);
    await replica.stop();
    expect(await harness.asOwner('select status, due_at from deliveries')).toEqual([
      { status: 'failed', due_at: null },
    ]);
    expect((await harness.bus.manager.streams.info('DEAD_LETTERS')).state.messages).toBe(1);
  } finally {
    await receiver.close();
    await harness.stop();
  }
});
