import { attemptId, deliveryId } from '@hookline/contracts';
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

async function look(text: string, as?: string) {
  const path = `/internal/lookup?${new URLSearchParams({ q: text })}`;
  const { status, json } = await replica.call('GET', path, as === undefined ? {} : { as });
  expect(status).toBe(200);
  return json.data as { found: { kind: string; id: string; matchedBy: string }[]; isComplete: boolean };
}

async function scene() {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { name: `Orders of ${tenant}` });
  const eventId = await harness.publish({
    tenant,
    type: 'github.push',
    provider: 'github',
    deliveryid: `delivery of ${tenant}`,
    repository: 'Acme/Api',
    subject: `subject of ${tenant}`,
    payload: { order: `order of ${tenant}` },
  });
  const delivery = deliveryId(eventId, endpoint.id);
  await waitForDelivery(replica, delivery, ['success']);
  return { tenant, endpoint, eventId, delivery };
}

test('an event, a delivery, an attempt and an endpoint are found by their ids, by their own tenant only', async () => {
  const { tenant, endpoint, eventId, delivery } = await scene();
  const attempt = attemptId(eventId, endpoint.id, 1);
  for (const [id, kind, path] of [
    [eventId, 'event', `/api/webhook-events/${eventId}`],
    [delivery, 'delivery', `/api/deliveries/${delivery}`],
    [attempt, 'attempt', `/api/deliveries/${delivery}`],
    [endpoint.id, 'endpoint', `/api/webhooks/${endpoint.id}`],
  ] as const) {
    expect(await look(id, tenant)).toEqual({
      found: [{ kind, id, userId: tenant, path, title: expect.any(String), matchedBy: 'id' }],
      isComplete: true,
    });
    expect((await look(id)).found).toHaveLength(1);
    expect(await look(id, newTenant())).toEqual({ found: [], isComplete: true });
  }
  expect((await look(attemptId(eventId, endpoint.id, 2), tenant)).found).toEqual([]);
});

test("an event is found by its provider's delivery id, its repository, its subject and a part of its payload", async () => {
  const { tenant, eventId } = await scene();
  for (const [text, matchedBy] of [
    [`delivery of ${tenant}`, 'provider_delivery_id'],
    ['acme/api', 'repository'],
    [`subject of ${tenant}`, 'subject'],
    [`"order of ${tenant}"`, 'payload'],
  ] as const) {
    expect([text, (await look(text, tenant)).found]).toMatchObject([
      text,
      [{ kind: 'event', id: eventId, matchedBy }],
    ]);
    expect((await look(text, newTenant())).found).toEqual([]);
  }
  const missing = await look('in no payload at all', tenant);
  expect(missing).toEqual({ found: [], isComplete: true });
});

test('an endpoint is found by a part of its name and by its host, and never by a secret in its URL', async () => {
  const tenant = newTenant();
  const endpoint = await replica.createEndpoint(tenant, 'https://hooks.hookline.dev/in?token=not-searched', {
    name: 'The Warehouse',
  });
  expect((await look('warehouse', tenant)).found).toMatchObject([{ id: endpoint.id, matchedBy: 'name' }]);
  expect((await look('hooks.hookline.dev', tenant)).found).toMatchObject([
    { id: endpoint.id, matchedBy: 'address' },
  ]);
  expect((await look('not-searched', tenant)).found).toEqual([]);
  expect((await look('%', tenant)).found).toEqual([]);
});

test('a deleted event is not found, neither by its id nor by what was in it', async () => {
  const { tenant, eventId } = await scene();
  await replica.call('DELETE', `/api/webhook-events/${eventId}`, { as: tenant });
  for (const text of [eventId, `delivery of ${tenant}`, `order of ${tenant}`, `subject of ${tenant}`])
    expect((await look(text, tenant)).found).toEqual([]);
});
