import { deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

async function scene(settings: object) {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { active: false, ...settings });
  const journeyOf = async (eventId: string) =>
    (await replica.call('GET', `/api/webhook-events/${eventId}/journey`, { as: tenant })).json.data;
  const resume = () => replica.call('POST', `/api/webhooks/${endpoint.id}/resume`, { as: tenant });
  return { tenant, receiver, endpoint, journeyOf, resume };
}

test('deliveries to an endpoint that holds events wait while it is off, and are sent when it is switched on', async () => {
  const { tenant, receiver, endpoint, journeyOf, resume } = await scene({ whenOff: 'hold', events: ['a.*'] });
  const eventId = await harness.publish({ tenant, type: 'a.b' });
  const other = await harness.publish({ tenant, type: 'x.y' });
  const id = deliveryId(eventId, endpoint.id);
  const waiting = await waitForDelivery(replica, id, ['pending']);
  expect(waiting).toMatchObject({ attempts: 0, waitsFor: 'endpoint' });
  expect((await journeyOf(eventId)).summary).toMatch(
    /, matched the only endpoint: is held, because the endpoint is switched off$/,
  );
  // Only events that match are held.
  await harness.expectSettledEvent(other);
  expect((await journeyOf(other)).summary).toMatch(/; the only endpoint did not match$/);
  expect(receiver.requests).toHaveLength(0);

  await resume();
  await receiver.waitFor(1);
  await waitForDelivery(replica, id, ['success']);
});

test('an event that came while the endpoint was off is skipped by default, and the journey says so', async () => {
  const { tenant, receiver, endpoint, journeyOf, resume } = await scene({});
  const eventId = await harness.publish({ tenant });
  await harness.expectSettledEvent(eventId);
  expect((await journeyOf(eventId)).summary).toMatch(/; the only endpoint was switched off$/);
  await resume();
  const next = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(next, endpoint.id), ['success']);
  expect(receiver.requests).toHaveLength(1);
});

test('an endpoint with an order holds its events in their order', async () => {
  const { tenant, receiver, endpoint, resume } = await scene({
    whenOff: 'hold',
    ordering: { key: 'type', onFailure: 'continue' },
  });
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await harness.publish({ tenant, payload: { n } }));
  await waitForDelivery(replica, deliveryId(ids[4] as string, endpoint.id), ['pending']);
  await resume();
  const requests = await receiver.waitFor(5);
  expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual(ids);
});

test('explain says that an event would be held', async () => {
  const { tenant, endpoint } = await scene({ whenOff: 'hold' });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(eventId, endpoint.id), ['pending']);
  const { json } = await replica.call('POST', `/api/webhooks/${endpoint.id}/explain`, {
    as: tenant,
    body: { eventId },
  });
  expect(json.data.wouldMatch).toBe(true);
  expect(json.data.checks[0]).toMatchObject({ check: 'active', holds: true });
  expect(json.data.checks[0].message).toContain('wait until it is switched on');
});
