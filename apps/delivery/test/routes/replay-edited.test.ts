import { deliveryId, isId } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, TOKEN, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

async function scene() {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { events: ['github.*'] });
  const eventId = await harness.publish({
    tenant,
    type: 'github.push',
    provider: 'github',
    source: '/github/acme/api',
    repository: 'acme/api',
    via: 'webhook',
    deliveryid: `delivery of ${tenant}`,
  });
  await waitForDelivery(replica, deliveryId(eventId, endpoint.id), ['success']);
  const replay = (body: unknown, as = tenant, id = eventId) =>
    replica.call('POST', `/api/webhook-events/${id}/replay-edited`, { as, body });
  const get = async (path: string) => (await replica.call('GET', path, { as: tenant })).json.data;
  return { tenant, receiver, endpoint, eventId, replay, get };
}

test('an event is published again with exactly the payload that was sent, marked as a replay', async () => {
  const { tenant, receiver, endpoint, eventId, get } = await scene();
  const payload = '{ "big": 9007199254740993, "a": 1, "a": 2 }';
  const answer = await fetch(`${replica.url}/api/webhook-events/${eventId}/replay-edited`, {
    method: 'POST',
    headers: {
      ...internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
      'content-type': 'application/json',
    },
    body: `{"data":${payload}}`,
  });
  const { data } = (await answer.json()) as { data: { eventId: string; replayOf: string } };
  expect([answer.status, data.replayOf]).toEqual([202, eventId]);
  expect(isId('evt', data.eventId)).toBe(true);
  await waitForDelivery(replica, deliveryId(data.eventId, endpoint.id), ['success']);
  const [, second] = await receiver.waitFor(2);
  expect(second?.body.toString()).toContain(`"data":${payload}}`);
  expect(await get(`/api/webhook-events/${data.eventId}`)).toMatchObject({
    type: 'github.push',
    provider: 'github',
    source: '/github/acme/api',
    repository: 'acme/api',
    via: 'replay',
    providerDeliveryId: eventId,
  });
  const made = await get(`/api/webhook-events/${data.eventId}/journey`);
  expect(made.summary).toMatch(/^Replayed .* UTC with another payload, matched the only endpoint: delivered/);
  expect(made.steps[0].text).toContain(`was made from the event ${eventId} with another payload`);
  const first = await get(`/api/webhook-events/${eventId}/journey`);
  const step = first.steps.find((each: { step: string }) => each.step === 'replayed');
  expect(step).toMatchObject({
    text: `It was replayed with another payload, as the event ${data.eventId}`,
    details: { eventId: data.eventId },
  });
});

test('an edited replay that a delivery makes counts its hops, so that a loop of edited replays ends', async () => {
  const { tenant, receiver, eventId } = await scene();
  const hopsOf = async (count: number) => {
    const request = (await receiver.waitFor(count)).at(-1);
    return String(request?.headers['hookline-hops']);
  };
  const first = await hopsOf(1);
  await fetch(`${replica.url}/api/webhook-events/${eventId}/replay-edited`, {
    method: 'POST',
    headers: {
      ...internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
      'content-type': 'application/json',
      'hookline-hops': first,
    },
    body: '{"data":1}',
  });
  expect([first.split('.')[0], (await hopsOf(2)).split('.')[0]]).toEqual(['1', '2']);
});

test('equal payloads make an event each, and an endpoint that is named is the only one that gets it', async () => {
  const { tenant, receiver, endpoint, replay } = await scene();
  const other = await replica.createEndpoint(tenant, receiver.url, { events: ['github.*'] });
  const ids: string[] = [];
  for (let n = 0; n < 2; n++) {
    const { json } = await replay({ data: { n: 1 }, webhookId: endpoint.id });
    ids.push(json.data.eventId);
  }
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) {
    await waitForDelivery(replica, deliveryId(id, endpoint.id), ['success']);
    expect((await replica.call('GET', `/api/deliveries/${deliveryId(id, other.id)}`)).status).toBe(404);
  }
});

test('neither the event nor the endpoint of another tenant can be used, and a payload is needed', async () => {
  const { tenant, eventId, replay } = await scene();
  const stranger = newTenant();
  const foreign = await replica.createEndpoint(stranger, 'https://example.com/');
  expect((await replay({ data: 1 }, stranger)).status).toBe(404);
  expect((await replay({ data: 1, webhookId: foreign.id })).status).toBe(404);
  const operator = await replica.call('POST', `/api/webhook-events/${eventId}/replay-edited`, {
    body: { data: 1, webhookId: foreign.id },
  });
  expect(operator.status).toBe(404);
  expect((await replay({})).status).toBe(400);
  expect((await replay({ data: 1, type: 'a.b' })).status).toBe(400);
  const { json } = await replica.call('GET', '/api/webhook-events', { as: tenant });
  expect(json.data).toHaveLength(1);
});
