import { deliveryId } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, TOKEN } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

interface Line {
  id: string;
  eventId: string;
  payload: unknown;
  end: boolean;
  count: number;
  cursor: string;
}

/** @returns the items and the last line */
async function exportOf(path: string, tenant: string) {
  const answer = await fetch(`${replica.url}${path}`, {
    headers: internalHeaders(TOKEN, { role: 'tenant', tenant, keyId: 'key_t' }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const end = lines.at(-1) as Line;
  expect(end.end).toBe(true);
  return { text, items: lines.filter((line) => line.end === undefined), end };
}

async function publishMany(tenant: string, types: readonly string[]) {
  const ids: string[] = [];
  for (const type of types) ids.push(await harness.publish({ tenant, type, payload: { type } }));
  for (const id of ids) await harness.expectSettledEvent(id);
  return ids;
}

test('events are exported oldest first, and the cursor continues with what is stored later', async () => {
  const tenant = newTenant();
  const ids = await publishMany(tenant, ['a.b', 'a.c', 'a.b']);
  await publishMany(newTenant(), ['a.b']);
  const first = await exportOf('/api/webhook-events/export', tenant);
  expect(first.items.map(({ id }) => id)).toEqual(ids);
  expect(first.end.count).toBe(3);
  const none = await exportOf(`/api/webhook-events/export?cursor=${first.end.cursor}`, tenant);
  expect(none.end).toEqual({ end: true, count: 0, cursor: first.end.cursor });
  const later = await publishMany(tenant, ['a.b']);
  const rest = await exportOf(`/api/webhook-events/export?cursor=${first.end.cursor}`, tenant);
  expect(rest.items.map(({ id }) => id)).toEqual(later);
});

test('an exported event is as the list shows it, by the same filters', async () => {
  const tenant = newTenant();
  const [first] = await publishMany(tenant, ['github.push', 'app.other']);
  const { json } = await replica.call('GET', '/api/webhook-events?eventType=github.*', { as: tenant });
  const exported = await exportOf('/api/webhook-events/export?eventType=github.*', tenant);
  expect(exported.items).toEqual(json.data);
  expect(exported.items.map(({ id }) => id)).toEqual([first]);
  for (const query of ['status=processed', 'processed=true', 'provider=app', 'startDate=2020-01-01']) {
    const { end } = await exportOf(`/api/webhook-events/export?${query}`, tenant);
    expect([query, end.count]).toEqual([query, 2]);
  }
  for (const query of ['status=failed', 'repository=x', 'endDate=2020-01-01', 'providerDeliveryId=x']) {
    const { end } = await exportOf(`/api/webhook-events/export?${query}`, tenant);
    expect([query, end.count]).toEqual([query, 0]);
  }
});

test('a payload in an export keeps its numbers and texts, and is on the line of its event', async () => {
  const tenant = newTenant();
  const payload = '{\r\n  "big": 9007199254740993,\n  "text": "a\\nb", "twice": 1, "twice": 2\n}';
  const id = await harness.publish({ tenant, payload });
  await harness.expectSettledEvent(id);
  const { text, items } = await exportOf('/api/webhook-events/export?payload=true', tenant);
  expect(items).toHaveLength(1);
  expect(text).toContain(
    '"payload":{    "big": 9007199254740993,   "text": "a\\nb", "twice": 1, "twice": 2 }}',
  );
  expect((await exportOf('/api/webhook-events/export', tenant)).text).not.toContain('"payload"');
});

test('deliveries are exported by event, of a tenant, of an endpoint and of an event', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const one = await replica.createEndpoint(tenant, receiver.url, { events: ['a.*'] });
  const two = await replica.createEndpoint(tenant, receiver.url, { events: ['a.b'] });
  const [b, none, c] = (await publishMany(tenant, ['a.b', 'x.y', 'a.c'])) as [string, string, string];
  const path = '/api/deliveries/export';
  const all = await exportOf(path, tenant);
  expect(all.items.map(({ id }) => id)).toEqual([
    ...[one.id, two.id].sort().map((endpoint) => deliveryId(b, endpoint)),
    deliveryId(c, one.id),
  ]);
  expect(all.items.map(({ eventId }) => eventId)).not.toContain(none);
  const ofOne = await exportOf(`${path}?webhookId=${one.id}`, tenant);
  expect(ofOne.items.map(({ eventId }) => eventId)).toEqual([b, c]);
  expect((await exportOf(`${path}?eventId=${b}&status=success`, tenant)).end.count).toBe(2);
  expect((await exportOf(`${path}?status=failed`, tenant)).end.count).toBe(0);
  expect((await exportOf(path, newTenant())).end).toEqual({ end: true, count: 0, cursor: null });
  const rest = await exportOf(`${path}?cursor=${all.end.cursor}`, tenant);
  expect(rest.end.count).toBe(0);
});

test('an export of thousands of items is complete, over many pages', async () => {
  const tenant = newTenant();
  const [id = ''] = await publishMany(tenant, ['a.b']);
  // Copies of the event under later ids of the same moment.
  await harness.asOwner(
    `set role hookline_system;
     insert into events (id, tenant_id, type, source, provider, via, event_time, received_at, stored_at, payload,
                         size_bytes, stream_seq, stream_epoch, matched, created_at)
     select left(id, 14) || lpad(n::text, 16, 'A'), tenant_id, type, source, provider, via, event_time, received_at,
            stored_at, payload, size_bytes, stream_seq, 'copies', 0, created_at
     from events, generate_series(1, 2600) n where id = '${id}';
     reset role`,
  );
  const { items, end, text } = await exportOf('/api/webhook-events/export?payload=true', tenant);
  expect(end.count).toBe(2_601);
  const ids = items.map((item) => item.id);
  expect(new Set(ids).size).toBe(2_601);
  expect(ids).toEqual([...ids].sort());
  expect(text.match(/"end":false/g)).toHaveLength(2);
});

test('a cursor of another list is refused before the answer begins', async () => {
  const { status, json } = await replica.call('GET', '/api/webhook-events/export?cursor=%2F', {
    as: newTenant(),
  });
  expect([status, json.code]).toEqual([400, 'invalid_request']);
});
