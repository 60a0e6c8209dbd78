import { deliveryId } from '@hookline/contracts';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, type Harness, newTenant, waitForDelivery } from '../harness.ts';

vi.setConfig({ testTimeout: 90_000 });

const ordering = { key: '/order', onFailure: 'park' };

type OnTestFinished = (clean: () => void | Promise<void>) => void;

/** The tests run concurrently, each on its own servers. */
async function setUp(
  onTestFinished: OnTestFinished,
): Promise<{ harness: Harness; receiver: Receiver; tenant: string }> {
  const harness = await createHarness();
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  return { harness, receiver, tenant: newTenant() };
}

interface Order {
  order: string;
  n: number;
}

const dataOf = (body: Buffer) => JSON.parse(body.toString('utf8')).data as Order;
const arrivalsOf = (receiver: Receiver, order: string) =>
  receiver.requests
    .map(({ body }) => dataOf(body))
    .filter((data) => data.order === order)
    .map(({ n }) => n);

test.concurrent('events with one key arrive in the order of the stream, one at a time, with two replicas', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replicas = await Promise.all([harness.startReplica(), harness.startReplica()]);
  const underWay = new Map<string, number>();
  let together = 0;
  receiver.respond = ({ body }) => {
    const { order, n } = dataOf(body);
    const others = underWay.get(order) ?? 0;
    together = Math.max(together, others + 1);
    underWay.set(order, others + 1);
    setTimeout(() => underWay.set(order, (underWay.get(order) ?? 1) - 1), 5);
    // A delivery that waits for its retry holds back the later ones.
    const isFirstTry = arrivalsOf(receiver, order).filter((each) => each === n).length === 1;
    return { status: n === 2 && isFirstTry ? 503 : 200, delayMs: 5 };
  };
  await replicas[0].createEndpoint(tenant, receiver.url, {
    ordering,
    retrySchedule: [1, 1, 1],
    timeoutSeconds: 10,
  });
  const orders = ['a', 'b', 'c', 'd'];
  const each = 8;
  for (let n = 0; n < each; n++) {
    for (const order of orders) await harness.publish({ tenant, payload: { order, n } });
  }
  await receiver.waitFor(orders.length * (each + 1), 60_000);
  await harness.expectSettled(replicas[0]);
  for (const order of orders) expect(arrivalsOf(receiver, order)).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7]);
  expect(together).toBe(1);
});

test.concurrent('an event without an ordering key waits for no other', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  receiver.respond = ({ body }) => ({ status: dataOf(body).order === 'a' ? 503 : 200 });
  await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [3_600] });
  await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
  await receiver.waitFor(1);
  await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  const free = await harness.publish({ tenant, payload: { n: 2 } });
  await harness.expectSettledEvent(free);
  expect(arrivalsOf(receiver, 'a')).toEqual([0]);
});

test.concurrent('a delivery that gives up parks its key until it is retried, and other keys go on', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  let broken = true;
  receiver.respond = ({ body }) => ({ status: broken && dataOf(body).order === 'a' ? 500 : 200 });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [] });
  const first = await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
  const second = await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  const other = await harness.publish({ tenant, payload: { order: 'b', n: 0 } });
  await harness.expectSettledEvent(other);
  const parked = await until(async () => {
    const { json } = await replica.call('GET', `/api/webhooks/${id}/parked-keys`, { as: tenant });
    return json.data.length > 0 ? json.data : undefined;
  });
  expect(parked).toEqual([
    { key: 'a', eventId: first, deliveryId: deliveryId(first, id), parkedAt: expect.any(String) },
  ]);
  // Longer than the sequencer's interval.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(arrivalsOf(receiver, 'a')).toEqual([0]);
  expect(await waitForDelivery(replica, deliveryId(second, id), ['pending'])).toMatchObject({
    attempts: 0,
    nextAttemptAt: null,
    waitsFor: 'ordering',
    parkedBy: { key: 'a', deliveryId: deliveryId(first, id), since: parked[0].parkedAt },
  });
  const listed = await replica.call('GET', `/api/deliveries?webhookId=${id}`, { as: tenant });
  const shown = listed.json.data as { eventId: string; parkedBy: object | null }[];
  expect(shown.map(({ eventId, parkedBy }) => [eventId, parkedBy !== null])).toEqual([
    [other, false],
    [second, true],
    [first, false],
  ]);
  const journey = await replica.call('GET', `/api/webhook-events/${second}/journey`, { as: tenant });
  expect(journey.json.data.summary).toContain(
    `: is parked: the ordering key "a" is blocked by ${deliveryId(first, id)} since `,
  );
  expect(journey.json.data.steps.at(-1)).toMatchObject({
    step: 'parked',
    deliveryId: deliveryId(second, id),
    details: { key: 'a', deliveryId: deliveryId(first, id) },
  });

  broken = false;
  const retried = await replica.call('POST', `/api/deliveries/${parked[0].deliveryId}/retry`, { as: tenant });
  expect(retried.status).toBe(202);
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 0, 1]);
  const { json } = await replica.call('GET', `/api/webhooks/${id}/parked-keys`, { as: tenant });
  expect(json.data).toEqual([]);
});

test.concurrent('a parked key can be released without the delivery that gave up', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  receiver.respond = ({ body }) => ({ status: dataOf(body).n === 0 ? 500 : 200 });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [] });
  const path = `/api/webhooks/${id}/parked-keys/release`;
  await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
  await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  await until(async () => (await harness.asOwner('select from parked_keys')).length === 1);
  expect((await replica.call('POST', path, { as: newTenant(), body: {} })).status).toBe(404);
  expect((await replica.call('POST', path, { as: tenant, body: { key: 'b' } })).json.data).toEqual({
    released: 0,
  });
  expect((await replica.call('POST', path, { as: tenant, body: { key: 'a' } })).json.data).toEqual({
    released: 1,
  });
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1]);
});

test.concurrent.for([
  {
    name: 'discarded',
    method: 'POST',
    pathOf: (event: string, id: string) => `/api/dead-letters/${deliveryId(event, id)}/discard`,
  },
  {
    name: 'deleted with its event',
    method: 'DELETE',
    pathOf: (event: string) => `/api/webhook-events/${event}`,
  },
])(
  'a key is free when the one that it is parked for is $name',
  async ({ method, pathOf }, { onTestFinished }) => {
    const { harness, receiver, tenant } = await setUp(onTestFinished);
    const replica = await harness.startReplica();
    receiver.respond = ({ body }) => ({ status: dataOf(body).n === 0 ? 500 : 200 });
    const { id } = await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [] });
    const first = await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
    await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
    await until(async () => (await harness.asOwner('select from parked_keys')).length === 1);
    expect((await replica.call(method, pathOf(first, id), { as: tenant })).status).toBe(200);
    expect(await harness.asOwner('select from parked_keys')).toEqual([]);
    await harness.expectSettled(replica);
    expect(arrivalsOf(receiver, 'a')).toEqual([0, 1]);
  },
);

test.concurrent('with onFailure "continue" the others go on after a delivery gave up', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  receiver.respond = ({ body }) => ({ status: dataOf(body).n === 1 ? 500 : 200 });
  await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'continue' },
    retrySchedule: [1],
  });
  for (let n = 0; n < 3; n++) await harness.publish({ tenant, payload: { order: 'a', n } });
  const ledger = await harness.expectSettled(replica);
  expect(ledger).toMatchObject({ delivered: 2, dead: 1 });
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1, 1, 2]);
});

test.concurrent('a replay keeps the order of each key', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  receiver.respond = () => ({ status: 500 });
  await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'continue' },
    retrySchedule: [],
    timeoutSeconds: 10,
  });
  for (let n = 0; n < 4; n++) await harness.publish({ tenant, payload: { order: 'a', n } });
  await harness.expectSettled(replica);
  let underWay = 0;
  let together = 0;
  receiver.respond = () => {
    together = Math.max(together, ++underWay);
    setTimeout(() => underWay--, 40);
    return { status: 200, delayMs: 50 };
  };
  await replica.call('POST', '/api/webhooks/retry-failed', { as: tenant });
  await receiver.waitFor(8);
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect(together).toBe(1);
});

test.concurrent("waiting deliveries are sent when the endpoint's ordering is removed", async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  receiver.respond = ({ body }) => ({ status: dataOf(body).n === 0 ? 500 : 200 });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [] });
  for (let n = 0; n < 4; n++) await harness.publish({ tenant, payload: { order: 'a', n } });
  await until(async () => (await harness.asOwner('select from parked_keys')).length === 1);
  await replica.call('PUT', `/api/webhooks/${id}`, { as: tenant, body: { ordering: null } });
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a').sort()).toEqual([0, 1, 2, 3]);
});

test.concurrent('parked deliveries go on in order when the endpoint orders by another key', async ({
  onTestFinished,
}) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  let underWay = 0;
  let together = 0;
  receiver.respond = ({ body }) => {
    const { n } = dataOf(body);
    together = Math.max(together, ++underWay);
    setTimeout(() => underWay--, 15);
    // After the change one more delivery gives up under the old key, and the last but one under the new key.
    return { status: n === 0 || n === 2 || n === 10 ? 500 : 200, delayMs: 20 };
  };
  const { id } = await replica.createEndpoint(tenant, receiver.url, { ordering, retrySchedule: [] });
  const publish = (n: number) => harness.publish({ tenant, payload: { order: 'a', customer: 'a', n } });
  const parkedKeys = async () =>
    (await replica.call('GET', `/api/webhooks/${id}/parked-keys`, { as: tenant })).json.data as {
      key: string;
      eventId: string;
    }[];
  for (let n = 0; n < 5; n++) await publish(n);
  await until(async () => (await parkedKeys()).length === 1);
  expect(arrivalsOf(receiver, 'a')).toEqual([0]);

  await replica.call('PUT', `/api/webhooks/${id}`, {
    as: tenant,
    body: { ordering: { key: '/customer', onFailure: 'park' } },
  });
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1, 2, 3, 4]);
  expect(together).toBe(1);
  expect(await parkedKeys()).toEqual([]);

  // The same text is parked under the new key, and released under it.
  const tenth = await publish(10);
  const last = await publish(11);
  await until(async () => (await parkedKeys()).length === 1);
  expect(await parkedKeys()).toMatchObject([{ key: 'a', eventId: tenth }]);
  expect(await waitForDelivery(replica, deliveryId(last, id), ['pending'])).toMatchObject({
    waitsFor: 'ordering',
  });
  await replica.call('POST', `/api/webhooks/${id}/parked-keys/release`, { as: tenant, body: { key: 'a' } });
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1, 2, 3, 4, 10, 11]);
});

test.concurrent('a manual retry waits for no other delivery', async ({ onTestFinished }) => {
  const { harness, receiver, tenant } = await setUp(onTestFinished);
  const replica = await harness.startReplica();
  let retried = false;
  const { promise: isChecked, resolve: letSecondEnd } = Promise.withResolvers<void>();
  receiver.respond = ({ body }) => {
    const { n } = dataOf(body);
    return { status: n === 0 && !retried ? 500 : 200, ...(n === 1 ? { after: isChecked } : {}) };
  };
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'continue' },
    retrySchedule: [],
    timeoutSeconds: 30,
  });
  const first = await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
  const second = await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  await harness.publish({ tenant, payload: { order: 'a', n: 2 } });
  await waitForDelivery(replica, deliveryId(second, id), ['sending']);
  retried = true;
  await replica.call('POST', `/api/deliveries/${deliveryId(first, id)}/retry`, { as: tenant });
  await waitForDelivery(replica, deliveryId(first, id), ['success']);
  expect(await waitForDelivery(replica, deliveryId(second, id), ['sending'])).toMatchObject({ attempts: 0 });
  letSecondEnd();
  await harness.expectSettled(replica);
  expect(arrivalsOf(receiver, 'a')).toEqual([0, 1, 0, 2]);
});
