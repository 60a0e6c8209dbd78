import { deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;
const [acme, globex] = [newTenant(), newTenant()];
const endpoints: Record<string, string> = {};

/** A dead letter of each of two tenants. */
beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  for (const tenant of [acme, globex]) {
    const { id } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
    endpoints[tenant] = id;
    const eventId = await harness.publish({ tenant });
    await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
  }
  await receiver.close();
});
afterAll(() => harness.stop());

const named = encodeURIComponent(acme);
const preview = { selection: { kind: 'dead_letters' }, dryRun: true };

describe('an operator names a tenant in the query or in the body', () => {
  test.for<[string, Record<string, unknown> | undefined]>([
    ['/api/replays?userId=', preview],
    ['/api/replays', { ...preview, userId: acme }],
    ['/api/replays?userId=', { ...preview, userId: acme }],
    ['/api/dead-letters/replay?userId=', { dryRun: true }],
    ['/api/dead-letters/replay', { dryRun: true, userId: acme }],
  ])('%s %j', async ([path, body]) => {
    const { status, json } = await replica.call('POST', path.replace(/=$/, `=${named}`), { body });
    expect(status, JSON.stringify(json)).toBe(202);
    expect(json.data).toMatchObject({ total: 1, sample: [{ webhookId: endpoints[acme] }] });
  });

  test.for([
    ['/api/webhooks/retry-failed?userId=', undefined],
    ['/api/webhooks/queue/retry-failed?userId=', undefined],
    ['/api/webhooks/queue/retry-failed?userId=', {}],
    ['/api/webhooks/retry-failed', { userId: 'nobody' }],
    ['/api/webhooks/queue/retry-failed', { userId: 'nobody' }],
  ] as const)('and what is sent again is that one’s: %s %j', async ([path, body]) => {
    const { status, json } = await replica.call('POST', path.replace(/=$/, '=nobody'), {
      ...(body === undefined ? {} : { body }),
    });
    expect(status, JSON.stringify(json)).toBe(202);
    expect(json.data.replay.total).toBe(0);
  });

  test('both calls retry the deliveries of one endpoint only', async () => {
    for (const path of ['/api/webhooks/retry-failed', '/api/webhooks/queue/retry-failed']) {
      const { status, json } = await replica.call('POST', path, {
        body: { webhookId: `ep_${'0'.repeat(26)}` },
      });
      expect([status, json.code]).toEqual([404, 'not_found']);
    }
  });

  test('a userId in the query also works for creating calls and for calls that have it in the body', async () => {
    const body = { name: 'by query', url: 'http://127.0.0.1:9/', events: ['*'] };
    const made = await replica.call('POST', `/api/webhooks?userId=${named}`, { body });
    expect(made.json.data).toMatchObject({ userId: acme });
    const { id } = made.json.data;
    const changed = await replica.call('PUT', `/api/webhooks/${id}`, {
      body: { userId: acme, name: 'by body' },
    });
    expect(changed.json.data).toMatchObject({ name: 'by body' });
    const wrong = await replica.call('PUT', `/api/webhooks/${id}`, { body: { userId: globex, name: 'no' } });
    expect(wrong.status).toBe(404);
    expect((await replica.call('DELETE', `/api/webhooks/${id}?userId=${named}`)).status).toBeLessThan(300);
  });

  test('two different userIds are refused, and so is another tenant’s userId from a tenant', async () => {
    const both = await replica.call('POST', `/api/replays?userId=${named}`, {
      body: { ...preview, userId: globex },
    });
    expect([both.status, both.json.code, both.json.error]).toEqual([
      400,
      'invalid_request',
      'body/userId must be the same as userId in the query',
    ]);
    const stranger = await replica.call('POST', `/api/replays?userId=${named}`, {
      as: globex,
      body: preview,
    });
    expect(stranger.status).toBe(403);
    const twice = await replica.call('POST', `/api/replays?userId=${named}&userId=nobody`, { body: preview });
    expect(twice.status).toBe(400);
  });
});

describe('a query that a call does not take is refused', () => {
  test.for([
    ['GET', '/api/deliveries?webhookID=ep_1', 'webhookID'],
    ['GET', '/api/webhook-events?evenType=a', 'evenType'],
    ['GET', '/api/dead-letters?eventId=evt_1', 'eventId'],
    ['POST', '/api/webhooks/retry-failed?webhookId=ep_1', 'webhookId'],
    ['GET', '/api/deliveries?__proto__=1', '__proto__'],
    ['POST', '/api/webhooks/queue/pause?userId=acme', 'userId'],
  ])('%s %s', async ([method, path, name]) => {
    const { status, json } = await replica.call(method as string, path as string);
    expect([status, json.code, json.details.map((each: { path: string }) => each.path)]).toEqual([
      400,
      'invalid_request',
      [`querystring/${name}`],
    ]);
  });

  test('a parameter that is given twice is refused', async () => {
    const { status } = await replica.call('GET', '/api/deliveries?eventType=a&eventType=b');
    expect(status).toBe(400);
  });
});

test('deliveries are listed by type and by error', async () => {
  const list = async (query: string) =>
    (await replica.call('GET', `/api/deliveries?${query}`, { as: acme })).json.data.length;
  expect(await list('errorCode=http_error')).toBe(1);
  expect(await list('errorCode=timeout')).toBe(0);
  expect(await list('eventType=*')).toBe(1);
  expect(await list('eventType=no.such')).toBe(0);
});
