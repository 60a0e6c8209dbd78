import { deliveryId } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { countFromRows, countFromStatistics } from '../support/count-statistics.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const cancel = (tenant: string, id: string, body?: object) =>
  replica.call('POST', `/api/deliveries/${id}/cancel`, { as: tenant, ...(body ? { body } : {}) });

const stepsOf = async (tenant: string, eventId: string): Promise<{ step: string; text: string }[]> =>
  (await replica.call('GET', `/api/webhook-events/${eventId}/journey`, { as: tenant })).json.data.steps;

test('a delivery that waits for a retry is cancelled: nothing more is sent, and the counts add up', async () => {
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [2] });
  const eventId = await harness.publish({ tenant });
  const id = deliveryId(eventId, webhookId);
  await waitForDelivery(replica, id, ['retrying']);

  const answer = await cancel(tenant, id, { reason: 'the order is void' });
  expect(answer).toMatchObject({
    status: 200,
    json: {
      data: {
        status: 'discarded',
        discarded: { by: 'tenant key_t', at: expect.any(String), reason: 'the order is void' },
        nextAttemptAt: null,
        completedAt: null,
        attempts: 1,
      },
    },
  });
  // A second call changes nothing, and its answer says so.
  expect((await cancel(tenant, id, { reason: 'another' })).json.data).toEqual(answer.json.data);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(receiver.requests).toHaveLength(1);

  const steps = await stepsOf(tenant, eventId);
  expect(steps.map(({ step }) => step)).toEqual(['received', 'matched', 'attempted', 'discarded']);
  expect(steps.at(-1)?.text).toBe(
    'What was open for "test" was cancelled by tenant key_t: the order is void',
  );
  const statistics = await replica.call('GET', '/api/webhooks/statistics', { as: tenant });
  expect(statistics.json.data).toMatchObject({
    deliveries: { total: 1, delivered: 0, failed: 0, discarded: 1, open: 0 },
  });
  const listed = await replica.call('GET', '/api/dead-letters?discarded=true', { as: tenant });
  expect(listed.json.data).toMatchObject([{ id }]);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });

  // It can still be retried by its id, and its event can be deleted after that.
  receiver.respond = () => ({ status: 200 });
  expect((await replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant })).status).toBe(202);
  expect(await waitForDelivery(replica, id, ['success'])).toMatchObject({ discarded: null });
  expect(await cancel(tenant, id)).toMatchObject({
    status: 409,
    json: { code: 'conflict', error: 'The delivery has succeeded: there is nothing left to cancel' },
  });
});

test('a delivery that waits for a switched-off endpoint can be cancelled; only a dead letter can be discarded', async () => {
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const [eventId, dead] = [await harness.publish({ tenant }), await harness.publish({ tenant })];
  const id = deliveryId(eventId, webhookId);
  for (const each of [id, deliveryId(dead, webhookId)]) await waitForDelivery(replica, each, ['failed']);
  await replica.call('PUT', `/api/webhooks/${webhookId}`, { as: tenant, body: { active: false } });
  await replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant });
  await waitForDelivery(replica, id, ['pending']);
  expect(await replica.call('POST', `/api/dead-letters/${id}/discard`, { as: tenant })).toMatchObject({
    status: 409,
    json: {
      error: 'The delivery is pending: only a failed delivery can be discarded, an open one can be cancelled',
    },
  });
  expect((await cancel(tenant, id)).json.data).toMatchObject({ status: 'discarded', errorCode: null });
  // A delivery that gave up just before is discarded as well; the journey shows that it had given up.
  expect((await cancel(tenant, deliveryId(dead, webhookId))).json.data).toMatchObject({
    status: 'discarded',
    completedAt: expect.any(String),
  });
  expect((await stepsOf(tenant, dead)).slice(-2)).toMatchObject([
    { step: 'dead' },
    { step: 'discarded', text: 'Let go by tenant key_t' },
  ]);
  // No open delivery is left, so the partition of the day can be dropped.
  expect(
    await harness.asOwner('select from deliveries where endpoint_id = $1 and due_at is not null', [
      webhookId,
    ]),
  ).toEqual([]);
  const removed = await replica.call('DELETE', `/api/webhook-events/${eventId}`, { as: tenant });
  expect(removed.status).toBe(200);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('a delivery in flight is cancelled: the outcome of its request is not recorded, and the counts add up', async () => {
  const sentNext = Promise.withResolvers<void>();
  const receiver = await receive({
    respond: ({ body }) => (JSON.parse(String(body)).data.n === 0 ? { after: sentNext.promise } : {}),
  });
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'park' },
    timeoutSeconds: 20,
  });
  const eventId = await harness.publish({ tenant, payload: { order: 'a', n: 0 } });
  const next = await harness.publish({ tenant, payload: { order: 'a', n: 1 } });
  const id = deliveryId(eventId, webhookId);
  await receiver.waitFor(1);
  expect(await waitForDelivery(replica, id, ['sending'])).toMatchObject({ attempts: 0 });
  expect(await cancel(tenant, id, { reason: 'it hangs' })).toMatchObject({
    status: 200,
    json: { data: { status: 'discarded', attempts: 0, discarded: { reason: 'it hangs' } } },
  });
  // The next delivery of its key is sent at once, while the request of the first is still in flight.
  await waitForDelivery(replica, deliveryId(next, webhookId), ['success']);
  sentNext.resolve();
  const fenced = async () =>
    Number(/hookline_fenced_outcomes_total\S* (\d+)/.exec((await replica.call('GET', '/metrics')).text)?.[1]);
  await until(async () => (await fenced()) > 0, {
    timeoutMs: 20_000,
    what: 'the late outcome to be fenced off',
  });
  expect((await replica.call('GET', `/api/deliveries/${id}`)).json.data).toMatchObject({
    status: 'discarded',
    attempts: 0,
    attemptLog: [],
  });
  expect(
    await harness.asOwner('select from deliveries where endpoint_id = $1 and due_at is not null', [
      webhookId,
    ]),
  ).toEqual([]);
  expect((await cancel(tenant, deliveryId(eventId, 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ'))).status).toBe(404);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('the first delivery of an ordering key is cancelled, and one in the middle: the others follow', async () => {
  const receiver = await receive({
    respond: ({ body }) => ({ status: JSON.parse(String(body)).data.n === 0 ? 500 : 200 }),
  });
  const tenant = newTenant();
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, {
    ordering: { key: '/order', onFailure: 'park' },
    retrySchedule: [600],
  });
  const ids: string[] = [];
  for (const n of [0, 1, 2]) ids.push(await harness.publish({ tenant, payload: { order: 'a', n } }));
  const [first, second, third] = ids.map((each) => deliveryId(each, webhookId)) as [string, string, string];
  await waitForDelivery(replica, first, ['retrying']);
  expect(await waitForDelivery(replica, second, ['pending'])).toMatchObject({ waitsFor: 'ordering' });
  await waitForDelivery(replica, third, ['pending']);
  expect((await cancel(tenant, second)).json.data).toMatchObject({ status: 'discarded', waitsFor: null });
  expect((await cancel(tenant, first)).status).toBe(200);
  await waitForDelivery(replica, third, ['success'], 3_000);
  expect(receiver.requests.map(({ body }) => JSON.parse(String(body)).data.n)).toEqual([0, 2]);
  expect(await harness.expectSettled(replica)).toMatchObject({ unaccounted: 0 });
});

test('after all cancellations the statistics equal the rows', async () => {
  expect(await countFromStatistics(harness)).toEqual(await countFromRows(harness));
});
