import { deliveryId } from '@hookline/contracts';
import { createSecretBox, type Database } from '@hookline/db';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createEndpointCatalog } from '../../src/endpoints/catalog/endpoint-catalog.ts';
import {
  countUnacknowledged,
  createHarness,
  type Harness,
  newTenant,
  type Replica,
  waitForDelivery,
} from '../harness.ts';
import { openDatabase } from '../support/open-database.ts';
import { receive } from '../support/receive.ts';

/** One replica is told, the other takes all events: how it comes to know is what is tested. */
let harness: Harness;
let told: Replica;
let working: Replica;

beforeAll(async () => {
  harness = await createHarness();
  told = await harness.startReplica();
  working = await harness.startReplica();
});
afterAll(() => harness.stop());

const fannedOut = () => until(async () => (await countUnacknowledged(harness.bus)) === 0);

test('a change applies to an event that is published right after the answer, on every replica', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  // Again and again, because there are two replicas that can take the event, and moments that a look can be too old at.
  for (let round = 0; round < 15; round++) {
    const at = (path: string) => `${receiver.url}${round}/${path}`;
    const { id } = await told.createEndpoint(tenant, at('created'));
    await harness.publish({ tenant, type: 'a.b' });
    await fannedOut();
    await working.call('PUT', `/api/webhooks/${id}`, {
      as: tenant,
      body: { url: at('moved'), events: ['c.*'] },
    });
    await harness.publish({ tenant, type: 'a.b' });
    await harness.publish({ tenant, type: 'c.d' });
    await fannedOut();
    await told.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
    await harness.publish({ tenant, type: 'c.d' });
    await fannedOut();
    await told.call('DELETE', `/api/webhooks/${id}`, { as: tenant });
    await harness.publish({ tenant, type: 'c.d' });
    await fannedOut();
  }
  const matched = await harness.asOwner<{ type: string; matched: number }>(
    `select type, matched from events where tenant_id = $1 order by stream_seq`,
    [tenant],
  );
  const round = [
    { type: 'a.b', matched: 1 },
    { type: 'a.b', matched: 0 },
    { type: 'c.d', matched: 1 },
    { type: 'c.d', matched: 0 },
    { type: 'c.d', matched: 0 },
  ];
  expect(matched).toEqual(Array.from({ length: 15 }, () => round).flat());
});

test('a refresh of the catalog never returns data older than its call, even if another refresh is running', async () => {
  const database = openDatabase(harness);
  onTestFinished(() => database.close());
  let answerFirstLook = () => {};
  const held = new Promise<void>((resolve) => {
    answerFirstLook = resolve;
  });
  let looks = 0;
  const slow: Database = {
    ...database,
    async system(text, ...rest) {
      const result = await database.system(text, ...rest);
      if (++looks === 1) await held;
      // biome-ignore lint/suspicious/noExplicitAny: whatever the statement brings.
      return result as any;
    },
  };
  const catalog = createEndpointCatalog(slow, createSecretBox(harness.config.encryptionKeys), () => {});
  const underWay = catalog.refresh();
  await until(() => looks === 1);
  const { id } = await told.createEndpoint(newTenant(), 'http://127.0.0.1:9/');
  const asked = catalog.refresh();
  answerFirstLook();
  await asked;
  expect(catalog.get(id)?.id).toBe(id);
  await underWay;
});

test('the open deliveries of an endpoint that is switched off are kept, and sent when it is switched on', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  // No retry is due before the endpoint is off, however long the calls take.
  const { id } = await told.createEndpoint(tenant, receiver.url, { retrySchedule: [86_400] });
  const [scheduled, asked] = await Promise.all([harness.publish({ tenant }), harness.publish({ tenant })]);
  const deliveries = [scheduled, asked].map((eventId) => deliveryId(eventId, id));
  for (const delivery of deliveries) await waitForDelivery(told, delivery, ['retrying']);
  await told.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: false } });
  receiver.respond = () => ({});

  // A retry that becomes due waits, and so does one that somebody asks for.
  await harness.asOwner('update deliveries set due_at = now() where event_id = $1', [scheduled]);
  await told.call('POST', `/api/deliveries/${deliveries[1]}/retry`, { as: tenant });
  const other = await receive({ respond: (_, n) => ({ status: n === 1 ? 500 : 200 }) });
  const neighbour = newTenant();
  await told.createEndpoint(neighbour, other.url);
  await harness.publish({ tenant: neighbour });
  await other.waitFor(2);
  expect(receiver.requests).toHaveLength(2);
  const statuses = await Promise.all(
    deliveries.map(async (each) => (await told.call('GET', `/api/deliveries/${each}`)).json.data.status),
  );
  expect(statuses).toEqual(['retrying', 'pending']);

  await told.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { active: true } });
  for (const delivery of deliveries)
    expect(await waitForDelivery(told, delivery, ['success'])).toMatchObject({ attempts: 2 });
});

test('the open deliveries of a deleted endpoint fail with the reason', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  // No retry is due before the endpoint is deleted, however long the calls take.
  const { id } = await told.createEndpoint(tenant, receiver.url, { retrySchedule: [3_600] });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(told, deliveryId(eventId, id), ['retrying']);
  await told.call('DELETE', `/api/webhooks/${id}`, { as: tenant });
  const delivery = await waitForDelivery(told, deliveryId(eventId, id), ['failed']);
  expect(delivery).toMatchObject({ attempts: 1, errorCode: 'endpoint_deleted', responseCode: 500 });
  expect(receiver.requests).toHaveLength(1);
  const { steps } = (await told.call('GET', `/api/webhook-events/${eventId}/journey`)).json.data;
  expect(steps.at(-1)).toMatchObject({
    step: 'dead',
    text: 'Hookline gave up on "test" after 1 attempt: The endpoint was deleted',
  });
});

test('a scheduled retry fails when its endpoint is deleted, not when it would have been due', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const gone = await told.createEndpoint(tenant, receiver.url, { retrySchedule: [86_400] });
  const kept = await told.createEndpoint(tenant, receiver.url, { retrySchedule: [86_400] });
  const batched = await told.createEndpoint(tenant, receiver.url, {
    batching: { maxEvents: 500, windowSeconds: 300 },
  });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(told, deliveryId(eventId, gone.id), ['retrying']);
  await waitForDelivery(told, deliveryId(eventId, kept.id), ['retrying']);
  for (const { id } of [gone, batched]) {
    await told.call('DELETE', `/api/webhooks/${id}`, { as: tenant });
    expect(await waitForDelivery(told, deliveryId(eventId, id), ['failed'])).toMatchObject({
      errorCode: 'endpoint_deleted',
    });
  }
  expect(receiver.requests).toHaveLength(2);
  await waitForDelivery(told, deliveryId(eventId, kept.id), ['retrying']);
});

test('an endpoint whose secret cannot be opened delays no other endpoint, and its deliveries fail with the reason', async () => {
  const tenant = newTenant();
  const [broken, healthy] = [await receive(), await receive()];
  const { id } = await told.createEndpoint(tenant, broken.url);
  await told.createEndpoint(tenant, healthy.url);
  await harness.asOwner(
    `update endpoints set secrets = jsonb_set(secrets, '{0,sealed}', '"sealed with another key"') where id = $1`,
    [id],
  );
  await told.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { name: 'broken' } });
  await harness.publish({ tenant });
  await healthy.waitFor(1);
  expect(broken.requests).toHaveLength(0);
  const readFailed = () =>
    harness.asOwner(
      `select from deliveries where endpoint_id = $1 and status = 'failed' and error_code = 'internal_error' and attempts = 3`,
      [id],
    );
  await until(async () => (await readFailed()).length === 1);
});
