import { randomBytes } from 'node:crypto';
import { ensurePayloadObjects } from '@hookline/bus';
import { startReceiver, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';

test('payloads in the object store arrive whole, and a missing one is recorded', async () => {
  const harness = await createHarness();
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  const replica = await harness.startReplica();
  const tenant = newTenant();
  await replica.createEndpoint(tenant, receiver.url);
  const objects = await ensurePayloadObjects(harness.bus, harness.config.streams);
  const payload = Buffer.from(`{"text":"${randomBytes(9_000_000).toString('base64')}"}`);
  await objects.put('large', payload, 10_000);

  const small = await harness.publish({ tenant });
  const lost = await harness.publish({ tenant, payloadref: 'never-stored', payload: '' });
  const large = await harness.publish({ tenant, payloadref: 'large', payload: '' });
  await until(() => receiver.requests.length === 2, { timeoutMs: 20_000 });
  const arrived = receiver.requests.find(({ headers }) => headers['webhook-id'] === large);
  const data = arrived?.body.subarray(arrived.body.indexOf('"data":') + 7, -1);
  expect(data?.equals(payload)).toBe(true);
  for (const id of [small, large]) await harness.expectSettledEvent(id);

  const ledger = await harness.expectSettled(replica);
  expect(ledger).toMatchObject({ events: 2, malformed: 1, accepted: 2, delivered: 2, unaccounted: 1 });
  expect(await harness.asOwner('select details from skipped_messages')).toEqual([
    { details: 'The payload never-stored is not in the object store.' },
  ]);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).not.toContain(lost);
});
