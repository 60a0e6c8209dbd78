import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi, createKey } from './call-api.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let delivery: Receiver;
let gateway: TestGateway;

beforeAll(async () => {
  [nats, database, delivery] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: 'http://127.0.0.1:9', delivery: delivery.url, scheduler: 'http://127.0.0.1:9' },
  });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([nats?.stop(), delivery?.close()]);
  await database?.drop();
});

const EVENT = '{ event(id: "evt_1") { type payload } }';

test('a query reads as its caller, with the exact bytes of a payload', async () => {
  const { key } = await createKey(gateway.url, 'acme');
  delivery.respond = () => ({
    headers: { 'content-type': 'application/json' },
    body: '{"data":{"id":"evt_1","type":"order.paid","sizeBytes":20,"payload":{"id":9007199254740993}}}',
  });
  const before = delivery.requests.length;
  const { status, body } = await callApi(gateway.url, 'POST', '/graphql', { key, body: { query: EVENT } });
  expect([status, body]).toEqual([
    200,
    {
      data: { event: { type: 'order.paid', payload: '{"id":9007199254740993}' } },
      extensions: { cost: 2 },
    },
  ]);
  // The payload is in the answer that the event is read from.
  const calls = delivery.requests.slice(before);
  expect(calls.map(({ method, path }) => [method, path])).toEqual([['GET', '/api/webhook-events/evt_1']]);
  expect(calls[0]?.headers).toMatchObject({ 'x-hookline-role': 'tenant', 'x-hookline-tenant': 'acme' });
});

test('nobody queries without a key, by GET, or with a body that is not JSON', async () => {
  const post = (options: object) => callApi(gateway.url, 'POST', '/graphql', options);
  expect((await post({ key: null, body: { query: EVENT } })).status).toBe(401);
  expect((await callApi(gateway.url, 'GET', '/graphql')).status).toBe(404);
  expect((await post({ headers: { 'content-type': 'application/graphql' }, body: EVENT })).status).toBe(415);
  expect((await post({ body: { query: EVENT, more: true } })).body.code).toBe('invalid_request');
});

test('a service that is away makes its fields errors, and those of others are answered', async () => {
  const query = '{ source(id: "src_1") { name } event(id: "evt_1") { type } }';
  const { status, body } = await callApi(gateway.url, 'POST', '/graphql', { body: { query } });
  expect(status).toBe(200);
  expect(body.data).toEqual({ source: null, event: { type: 'order.paid' } });
  expect(body.errors).toMatchObject([{ path: ['source'], extensions: { code: 'unavailable' } }]);
});

test('a query ends after five seconds, although the service that it reads from does not answer', async () => {
  delivery.respond = () => ({ hang: true });
  const { status, body } = await callApi(gateway.url, 'POST', '/graphql', { body: { query: EVENT } });
  expect([status, body.errors[0].extensions.code]).toEqual([200, 'unavailable']);
  expect(body.errors[0].message).toContain('5000 ms');
});
