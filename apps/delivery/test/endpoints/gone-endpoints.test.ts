import { deliveryId } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { readDeadLetters } from '../support/read-dead-letters.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const REASON = 'The receiver answered 410 Gone: it wants no more events';

async function setUp(options?: Parameters<typeof startReceiver>[0]) {
  const receiver = await receive(options ?? { respond: () => ({ status: 410 }) });
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url);
  const read = async () => (await replica.call('GET', `/api/webhooks/${id}`, { as: tenant })).json.data;
  return { receiver, tenant, id, read };
}

test('a 410 fails the delivery for good and switches the endpoint off with the reason', async () => {
  const { receiver, tenant, id, read } = await setUp();
  const eventId = await harness.publish({ tenant });
  const delivery = await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
  expect(delivery).toMatchObject({ attempts: 1, errorCode: 'endpoint_gone', errorMessage: REASON });
  expect(await read()).toMatchObject({ active: false, disabledReason: REASON });
  await until(async () => (await readDeadLetters(harness.bus)).some(({ json }) => json.eventId === eventId));

  // A replica that was there before, and one that comes later, know it alike.
  const other = await harness.startReplica();
  onTestFinished(() => other.stop());
  const next = await harness.publish({ tenant });
  const journey = await until(async () => {
    const { json } = await other.call('GET', `/api/webhook-events/${next}/journey`);
    return json.data;
  });
  expect(journey.event).toMatchObject({ matched: 0, status: 'processed' });
  expect(journey.steps.at(-1)).toMatchObject({
    step: 'unmatched',
    text: 'The endpoint "test" did not match: it was switched off',
  });
  expect(receiver.requests).toHaveLength(1);
});

test('open deliveries wait, and are sent when the endpoint is switched on again', async () => {
  const { receiver, tenant, id, read } = await setUp({
    respond: (_, n) => ({ status: n === 1 ? 500 : n === 2 ? 410 : 200 }),
  });
  const waiting = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(waiting, id), ['retrying']);
  await harness.publish({ tenant });
  await until(async () => (await read()).active === false);
  await harness.asOwner(`update deliveries set due_at = now() where event_id = $1`, [waiting]);
  // A claim has gone by when a delivery to somebody else, due at the same time, was made.
  const other = await setUp({ respond: (_, n) => ({ status: n === 1 ? 500 : 200 }) });
  await harness.publish({ tenant: other.tenant });
  await other.receiver.waitFor(2);
  expect(receiver.requests).toHaveLength(2);

  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: true } });
  expect(await read()).toMatchObject({ active: true, disabledReason: null });
  const delivered = await waitForDelivery(replica, deliveryId(waiting, id), ['success']);
  expect(delivered.attempts).toBe(2);
});

test('a 410 to a request that was sent before a change of the endpoint does not switch it off', async () => {
  const { receiver, tenant, id, read } = await setUp({ respond: () => ({ status: 410, delayMs: 700 }) });
  const eventId = await harness.publish({ tenant });
  await receiver.waitFor(1);
  const moved = await startReceiver();
  onTestFinished(() => moved.close());
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { url: moved.url } });
  await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
  expect(await read()).toMatchObject({ active: true, disabledReason: null, url: moved.url });
  await harness.publish({ tenant });
  await moved.waitFor(1);
});

test('many simultaneous 410s of several endpoints switch each endpoint off once', async () => {
  const endpoints = await Promise.all(Array.from({ length: 3 }, () => setUp()));
  const versionOf = async () =>
    (await harness.asOwner<{ version: number }>('select version::int from endpoint_catalog'))[0]?.version ??
    0;
  const before = await versionOf();
  await Promise.all(
    endpoints.flatMap(({ tenant }) => Array.from({ length: 8 }, () => harness.publish({ tenant }))),
  );
  for (const { read } of endpoints) await until(async () => (await read()).active === false);
  expect((await versionOf()) - before).toBeLessThanOrEqual(endpoints.length);
});
