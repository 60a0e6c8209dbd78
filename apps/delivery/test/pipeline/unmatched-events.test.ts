import { deliveryId } from '@hookline/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const replayBy = {
  'its delivery id': ({ delivery }: Ids) => `/api/webhooks/replay/${delivery}`,
  'its own id': ({ event }: Ids) => `/api/webhooks/replay/${event}`,
  'a retry': ({ event }: Ids) => `/api/webhook-events/${event}/retry`,
};

interface Ids {
  event: string;
  delivery: string;
}

for (const [how, pathOf] of Object.entries(replayBy)) {
  test(`an event that no endpoint matched is sent by ${how} once one matches, and the counts add up`, async () => {
    const tenant = newTenant();
    const receiver = await receive({});
    const delivery = `provider-id-of-${tenant.replace(' ', '-')}`;
    const event = await harness.publish({
      tenant,
      type: 'github.push',
      provider: 'github',
      deliveryid: delivery,
      payload: { size: 5 },
    });
    await harness.expectSettledEvent(event);
    const call = () => replica.call('POST', pathOf({ event, delivery }), { as: tenant });

    const none = await call();
    expect([none.status, none.json.code]).toEqual([409, 'conflict']);
    expect(none.json.error).toContain('No endpoint that is switched on matches this event (github.push)');

    const wanted = await replica.createEndpoint(tenant, receiver.url, {
      events: ['push'],
      filter: { data: { size: { $gt: 3 } } },
    });
    await replica.createEndpoint(tenant, receiver.url, { filter: { data: { size: { $gt: 9 } } } });
    await replica.createEndpoint(tenant, receiver.url, { events: ['github.star'] });
    await replica.createEndpoint(tenant, receiver.url, { active: false });
    const sent = await call();
    expect(sent).toMatchObject({
      status: 202,
      json: { data: { message: 'The event is sent to 1 endpoint that matches it now' } },
    });
    await waitForDelivery(replica, deliveryId(event, wanted.id), ['success']);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([event]);
    const { json } = await replica.call('GET', `/api/webhook-events/${event}`, { as: tenant });
    expect(json.data).toMatchObject({ status: 'processed', matched: 1 });
    await harness.expectSettled(replica);
  });
}

test('an event that went only to a deleted endpoint is replayed to the endpoint that replaced it', async () => {
  const tenant = newTenant();
  const receiver = await receive({});
  const old = await replica.createEndpoint(tenant, receiver.url);
  const event = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(event, old.id), ['success']);
  await replica.call('DELETE', `/api/webhooks/${old.id}`, { as: tenant });
  const now = await replica.createEndpoint(tenant, receiver.url);
  expect((await replica.call('POST', `/api/webhooks/replay/${event}`, { as: tenant })).status).toBe(202);
  await waitForDelivery(replica, deliveryId(event, now.id), ['success']);
  expect(receiver.requests).toHaveLength(2);
});

test('no call can retry a delivery to a deleted endpoint: 409', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: () => ({ status: 500 }) });
  const { id } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const event = await harness.publish({ tenant });
  const delivery = deliveryId(event, id);
  await waitForDelivery(replica, delivery, ['failed']);
  await replica.call('DELETE', `/api/webhooks/${id}`, { as: tenant });
  const before = (await replica.call('GET', `/api/deliveries/${delivery}`)).json.data;
  for (const path of [
    `/api/deliveries/${delivery}/retry`,
    `/api/dead-letters/${delivery}/replay`,
    `/api/webhook-events/${event}/retry`,
    `/api/webhooks/replay/${delivery}`,
    `/api/webhooks/replay/${event}`,
  ]) {
    const answer = await replica.call('POST', path, { as: tenant });
    expect({ path, status: answer.status, code: answer.json.code }).toEqual({
      path,
      status: 409,
      code: 'conflict',
    });
  }
  expect((await replica.call('GET', `/api/deliveries/${delivery}`)).json.data).toEqual(before);
  expect(receiver.requests).toHaveLength(1);
});
