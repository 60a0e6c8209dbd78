import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { RateLimitOptions } from '../src/limits/rate-limits.ts';
import { callApi, createKey } from './call-api.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let services: Receiver;

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  services.respond = () => ({ headers: { 'content-type': 'application/json' }, body: '{"data":{}}' });
});

afterAll(async () => {
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

/** With a window of a day, so that no token comes back during a test. */
async function start(limits: Partial<RateLimitOptions>): Promise<TestGateway> {
  const gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
    rateLimits: { perKey: 0, perAddress: 0, publishesPerKey: 0, windowSeconds: 86_400, ...limits },
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

const list = (url: string, key: string | null) => callApi(url, 'GET', '/api/webhooks', { key });
const metric = async (url: string, limit: string) =>
  new RegExp(`hookline_gateway_rate_limited_total{limit="${limit}"[^}]*} (\\d+)`).exec(
    await (await fetch(`${url}/metrics`)).text(),
  )?.[1];

test('a key that has used up its calls gets 429 with the time to wait, before its body is read, and other keys go on', async () => {
  const maker = await start({});
  const [busy, calm] = [await createKey(maker.url, 'busy'), await createKey(maker.url, 'calm')];
  const { url } = await start({ perKey: 2, perAddress: 100 });
  const first = await list(url, busy.key);
  expect(first.status).toBe(200);
  expect(first.headers.get('ratelimit-policy')).toBe('"key";q=2;w=86400, "ip";q=100;w=86400');
  expect(first.headers.get('ratelimit')).toBe('"key";r=1;t=43200, "ip";r=99;t=864');
  expect((await list(url, busy.key)).status).toBe(200);

  const forwarded = services.requests.length;
  const refused = await callApi(url, 'POST', '/api/webhooks', { key: busy.key, body: 'x'.repeat(100_000) });
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  expect(refused.body.error).toBe('There were too many calls of this key: 2 in 86400 s are allowed');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(43_000);
  expect(refused.headers.get('ratelimit')).toBe('"key";r=0;t=86400, "ip";r=97;t=2592');
  expect(services.requests).toHaveLength(forwarded);
  expect((await list(url, calm.key)).status).toBe(200);
  expect(await metric(url, 'key')).toBe('1');
});

test('an address that has used up its calls gets 429 with any key and with none', async () => {
  const { url } = await start({ perAddress: 3 });
  expect((await list(url, null)).status).toBe(401);
  expect((await list(url, 'nonsense')).status).toBe(401);
  const last = await callApi(url, 'GET', '/api/no-such-call');
  expect([last.status, last.headers.get('ratelimit')]).toEqual([404, '"ip";r=0;t=86400']);
  const { key } = await createKeyOf('address');
  for (const each of [null, 'nonsense', key]) {
    const { status, body } = await list(url, each);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(body.error).toContain('calls of this address');
  }
  // What is not a call of the API is not counted.
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/api/webhooks/health']) {
    const { status, headers } = await fetch(`${url}${path}`);
    expect([path, status, headers.get('ratelimit')]).toEqual([path, 200, null]);
  }
  expect((await fetch(`${url}/in/token`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect(await metric(url, 'ip')).toBe('3');
});

test('publishing has a limit of its own, and uses up none of the others', async () => {
  const { key } = await createKeyOf('publisher');
  const { url } = await start({ perKey: 1, perAddress: 1, publishesPerKey: 2 });
  const publish = () => callApi(url, 'POST', '/api/events', { key, body: { type: 'a.b', data: {} } });
  const first = await publish();
  expect(first.headers.get('ratelimit-policy')).toBe('"publish";q=2;w=86400');
  expect(first.headers.get('ratelimit')).toBe('"publish";r=1;t=43200');
  await publish();
  const refused = await publish();
  expect([refused.status, refused.body.error]).toEqual([
    429,
    'There were too many publishes of this key: 2 in 86400 s are allowed',
  ]);
  expect((await list(url, key)).status).toBe(200);
  expect((await list(url, key)).status).toBe(429);
  expect(await metric(url, 'publish')).toBe('1');
});

test('without limits answers have no such fields', async () => {
  const { url } = await start({});
  const { status, headers } = await callApi(url, 'GET', '/api/webhooks');
  expect([status, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([200, null, null]);
});

async function createKeyOf(tenant: string) {
  return createKey((await start({})).url, tenant);
}
