import { deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;
const [a, b] = [newTenant(), newTenant()];
let endpointId: string;
let eventId: string;
let delivery: string;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  endpointId = (await replica.createEndpoint(b, receiver.url, { retrySchedule: [] })).id;
  eventId = await harness.publish({ tenant: b, repository: 'b/secret', deliveryid: 'of-b' });
  delivery = deliveryId(eventId, endpointId);
  await waitForDelivery(replica, delivery, ['failed']);
  await receiver.close();
});
afterAll(() => harness.stop());

const fill = (path: string) =>
  path.replace('{endpoint}', endpointId).replace('{event}', eventId).replace('{delivery}', delivery);

describe('an object of another tenant is not found', () => {
  test.for([
    ['GET', '/api/webhooks/{endpoint}'],
    ['PUT', '/api/webhooks/{endpoint}', { active: false, url: 'http://127.0.0.1:1/' }],
    ['DELETE', '/api/webhooks/{endpoint}'],
    ['POST', '/api/webhooks/{endpoint}/regenerate-secret'],
    ['POST', '/api/webhooks/{endpoint}/test'],
    ['POST', '/api/webhooks/{endpoint}/verify'],
    ['GET', '/api/webhooks/{endpoint}/public-keys'],
    ['GET', '/api/webhooks/{endpoint}/deliveries'],
    ['GET', '/api/webhook-events/{event}'],
    ['GET', '/api/webhook-events/{event}/journey'],
    ['POST', '/api/webhook-events/{event}/retry'],
    ['GET', '/api/deliveries/{delivery}'],
    ['POST', '/api/deliveries/{delivery}/retry'],
    ['POST', '/api/deliveries/{delivery}/cancel'],
  ] as [string, string, object?][])('%s %s', async ([method, path, body]) => {
    const before = await harness.asOwner('select * from endpoints, deliveries order by 1');
    const answer = await replica.call(method, fill(path), { as: a, ...(body ? { body } : {}) });
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
    // An id that nobody has is answered in the same words.
    const nobody = fill(path).replace(/(?<=(ep|evt|dlv)_)[0-9A-Z]{26}/g, '01JZZZZZZZZZZZZZZZZZZZZZZZ');
    const absent = await replica.call(method, nobody, { as: a, ...(body ? { body } : {}) });
    expect(absent.json.error).toBe(answer.json.error);
    expect(await harness.asOwner('select * from endpoints, deliveries order by 1')).toEqual(before);
  });
});

describe('a list shows only the tenant’s own objects', () => {
  test.for([
    '/api/webhooks',
    '/api/webhook-events',
    '/api/webhook-events?repository=b/secret',
    '/api/webhook-events?providerDeliveryId=of-b',
    '/api/deliveries',
    '/api/deliveries?webhookId={endpoint}',
    '/api/deliveries?eventId={event}',
  ])('%s', async (path) => {
    expect((await replica.call('GET', fill(path), { as: a })).json.data).toEqual([]);
    expect((await replica.call('GET', fill(path), { as: b })).json.data).toHaveLength(1);
    const asked = `${fill(path)}${path.includes('?') ? '&' : '?'}userId=${encodeURIComponent(b)}`;
    expect(await replica.call('GET', asked, { as: a })).toMatchObject({
      status: 403,
      json: { code: 'forbidden' },
    });
    // An operator sees all, or the tenant that it names.
    expect((await replica.call('GET', fill(path))).json.data).toHaveLength(1);
    expect((await replica.call('GET', asked)).json.data).toHaveLength(1);
    expect((await replica.call('GET', asked.replace(/userId=.*/, 'userId=nobody'))).json.data).toEqual([]);
  });
});

describe('a bulk call selects nothing of another tenant', () => {
  test.for([
    ['/api/deliveries/bulk', 'cancel', { status: 'failed' }],
    ['/api/dead-letters/bulk', 'discard', { webhookId: '{endpoint}' }],
    ['/api/webhook-events/bulk', 'delete', { repository: 'b/secret' }],
    ['/api/webhooks/bulk', 'disable', { webhookIds: ['{endpoint}'] }],
    ['/api/parked-keys/bulk', 'discard', { webhookId: '{endpoint}' }],
  ] as [string, string, object][])('%s', async ([path, action, template]) => {
    const filter = JSON.parse(fill(JSON.stringify(template)));
    const count = async (as: string, more: object) =>
      (await replica.call('POST', path, { as, body: { action, dryRun: true, ...more } })).json.data.total;
    expect(await count(a, { filter })).toBe(0);
    expect(await count(a, { filter: {}, all: true })).toBe(0);
    expect(await count(b, { filter })).toBe(path.includes('parked') ? 0 : 1);
    const asked = await replica.call('POST', path, { as: a, body: { action, filter, userId: b } });
    expect(asked).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });
});

test('a tenant creates nothing for another tenant, and does not see the ledger', async () => {
  const body = { name: 'x', url: 'http://127.0.0.1:1/', events: ['*'], userId: b };
  expect(await replica.call('POST', '/api/webhooks', { as: a, body })).toMatchObject({ status: 403 });
  expect(await replica.call('GET', '/api/ledger', { as: a })).toMatchObject({
    status: 403,
    json: { code: 'forbidden' },
  });
});

test('an operator creates an endpoint for the default tenant, or for the tenant that it names', async () => {
  const body = { name: 'x', url: 'http://127.0.0.1:1/', events: ['no.such'], active: false };
  const create = (more: object) => replica.call('POST', '/api/webhooks', { body: { ...body, ...more } });
  expect((await create({})).json.data.userId).toBe('default');
  expect((await create({ userId: a })).json.data.userId).toBe(a);
});

test('an event for one endpoint does not reach an endpoint of another tenant', async () => {
  const directed = await harness.publish({ tenant: a, endpoint: endpointId });
  await harness.expectSettledEvent(directed);
  const [row] = await harness.asOwner<{ matched: number }>('select matched from events where id = $1', [
    directed,
  ]);
  expect(row?.matched).toBe(0);
});
