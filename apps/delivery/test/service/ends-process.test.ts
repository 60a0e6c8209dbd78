import { deliveryId } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, newTenant, waitForDelivery } from '../harness.ts';
import { type DeliveryProcess, startDeliveryProcess } from '../support/delivery-process.ts';

vi.setConfig({ testTimeout: 300_000 });

const LEASE_SECONDS = 8;
const MAX_CLAIMS = 3;

/*
 * Simulates a delivery that crashes the process at each attempt: the test kills the process with SIGKILL as soon as the
 * request of this delivery arrives.
 */
test('a delivery that crashes the process gives up after maxClaims claims, and another delivery of the event succeeds', async () => {
  const harness = await createHarness({ leaseSeconds: LEASE_SECONDS, maxClaims: MAX_CLAIMS });
  let signal: DeliveryProcess['signal'] = () => {};
  const start = () =>
    startDeliveryProcess({
      databaseUrl: harness.config.databaseUrl,
      natsUrl: harness.config.natsUrl,
      encryptionKey: harness.config.encryptionKeys[0] as string,
      leaseSeconds: LEASE_SECONDS,
      env: { DELIVERY_MAX_CLAIMS: String(MAX_CLAIMS) },
      onSpawned: (given) => {
        signal = given;
      },
    });
  /** The leases of the killed process would end by themselves. The test does not wait for it. */
  const endLeases = () =>
    harness.asOwner('update deliveries set due_at = now() where lease_id is not null and due_at > now()');
  let kills = 0;
  const fatal = await startReceiver({
    respond: () => {
      kills++;
      signal('SIGKILL');
      return { hang: true };
    },
  });
  // This receiver answers so late that the other delivery has crashed the process before the answer.
  const innocent = await startReceiver({ respond: () => ({ delayMs: 500 }) });
  try {
    const first = await start();
    const tenant = newTenant();
    const [bad, good] = [
      await first.createEndpoint(tenant, fatal.url),
      await first.createEndpoint(tenant, innocent.url),
    ];
    const eventId = await harness.publish({ tenant });
    const ids = { bad: deliveryId(eventId, bad.id), good: deliveryId(eventId, good.id) };
    await first.exited;
    await endLeases();
    // The first crash was before the delivery was stored. A crash for each claim follows.
    for (let n = 0; n < MAX_CLAIMS; n++) {
      // The process may crash before it is ready.
      await start().then(
        ({ exited }) => exited,
        (error: Error) => expect(error.message).toMatch(/^delivery ended before it was ready/),
      );
      await endLeases();
    }
    const last = await start();
    const dead = await waitForDelivery(last, ids.bad, ['failed'], 60_000);
    expect(dead).toMatchObject({ errorCode: 'attempts_lost', attempts: 0 });
    expect(kills).toBe(1 + MAX_CLAIMS);
    await waitForDelivery(last, ids.good, ['success'], 60_000);
    await until(
      async () => (await harness.asOwner('select from deliveries where due_at is not null')).length === 0,
      { timeoutMs: 20_000, what: 'the dead letter to be published' },
    );
    expect(await harness.expectSettled(last)).toMatchObject({ accepted: 2, delivered: 1, dead: 1, open: 0 });
  } finally {
    signal('SIGKILL');
    await Promise.all([fatal.close(), innocent.close()]);
    await harness.stop();
  }
});
