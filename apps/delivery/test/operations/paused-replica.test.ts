import { deliveryId } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHarness, newTenant, waitForDelivery } from '../harness.ts';
import { startDeliveryProcess } from '../support/delivery-process.ts';

// An upper bound for a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const LEASE_SECONDS = 8;

// In a file of its own: the process must be stopped within four seconds of its request, before it gives the request up.
test('a replica that was paused for longer than its lease overwrites nothing', async () => {
  const harness = await createHarness({ leaseSeconds: LEASE_SECONDS });
  const receiver = await startReceiver({ respond: (_, n) => (n === 1 ? { hang: true } : {}) });
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  const paused = await startDeliveryProcess({
    databaseUrl: harness.config.databaseUrl,
    natsUrl: harness.config.natsUrl,
    encryptionKey: harness.config.encryptionKeys[0] as string,
    leaseSeconds: LEASE_SECONDS,
  });
  onTestFinished(() => paused.kill());
  const tenant = newTenant();
  const { id: endpointId } = await paused.createEndpoint(tenant, receiver.url);
  const eventId = await harness.publish({ tenant });
  const id = deliveryId(eventId, endpointId);
  await receiver.waitFor(1);
  await until(async () => (await harness.asOwner('select from deliveries')).length === 1);
  paused.signal('SIGSTOP');
  expect(await harness.asOwner('select status, attempts from deliveries')).toEqual([
    { status: 'sending', attempts: 0 },
  ]);

  const other = await harness.startReplica();
  await receiver.waitFor(2);
  const before = await waitForDelivery(other, id, ['success']);
  paused.signal('SIGCONT');
  const fenced = await until(
    async () => {
      const { text } = await paused.call('GET', '/metrics');
      return Number(/^hookline_fenced_outcomes_total\S* (\d+)/m.exec(text)?.[1]);
    },
    { what: 'the late outcome to be fenced' },
  );
  expect(fenced).toBe(1);
  expect((await other.call('GET', `/api/deliveries/${id}`)).json.data).toEqual(before);
  expect(before).toMatchObject({ status: 'success', attempts: 1 });
  await harness.expectSettled(other);
  expect(receiver.requests).toHaveLength(2);
});
