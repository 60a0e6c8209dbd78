import { deliveryId } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, newTenant, waitForDelivery } from './harness.ts';
import { startDeliveryProcess } from './support/delivery-process.ts';

test('a replica that was paused for longer than its lease does not overwrite what another one did', async () => {
  const harness = await createHarness({ leaseSeconds: 8 });
  const receiver = await startReceiver({ respond: (_, n) => (n === 1 ? { hang: true } : { status: 200 }) });
  const paused = await startDeliveryProcess({
    databaseUrl: harness.config.databaseUrl,
    natsUrl: harness.config.natsUrl,
    encryptionKey: harness.config.encryptionKeys[0] as string,
    leaseSeconds: 8,
  });
  onTestFinished(async () => {
    await paused.kill();
    await receiver.close();
    await harness.stop();
  });
  const tenant = newTenant();
  const { id: endpointId } = await paused.createEndpoint(tenant, receiver.url);
  const eventId = await harness.publish({ tenant });
  const id = deliveryId(eventId, endpointId);
  await receiver.waitFor(1);
  await until(async () => (await harness.asOwner('select from deliveries')).length === 1);
  paused.signal('SIGSTOP');

  const other = await harness.startReplica();
  await receiver.waitFor(2, 20_000);
  const before = await waitForDelivery(other, id, ['success']);
  paused.signal('SIGCONT');
  const fenced = await until(
    async () => {
      const { text } = await paused.call('GET', '/metrics');
      return Number(/^hookline_fenced_outcomes_total\S* (\d+)/m.exec(text)?.[1]);
    },
    { what: 'the late outcome to be fenced off' },
  );
  expect(fenced).toBe(1);
  expect((await other.call('GET', `/api/deliveries/${id}`)).json.data).toEqual(before);
  expect(before).toMatchObject({ status: 'success', attempts: 1 });
  await harness.expectSettled(other);
  expect(receiver.requests).toHaveLength(2);
}, 60_000);
