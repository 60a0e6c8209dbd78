import { request } from 'node:http';
import { API_ERRORS, API_OPERATIONS } from '@hookline/contracts';
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
import { OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let services: Receiver;
let gateway: TestGateway;
const ORIGIN = 'https://app.example.com';

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: 'http://127.0.0.1:9' },
    allowedOrigins: [ORIGIN],
    portalFrameOrigins: ['https://shop.example.com'],
  });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  callApi(gateway.url, 'GET', path, { key: null, headers });

test('/readyz names a service that is away and still answers 200, because the feed works without it', async () => {
  const { status, body } = await get('/readyz');
  expect(status).toBe(200);
  expect(body.checks).toEqual({
    postgres: { ok: true },
    nats: { ok: true },
    feed: { ok: true },
    ingest: { ok: true },
    delivery: { ok: true },
    scheduler: { ok: false, problem: 'the scheduler service does not answer' },
  });
});

test('health has a status, the inbound paths and a score of measured numbers', async () => {
  const { status, body } = await get('/api/webhooks/health');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'degraded',
    service: 'webhook-receiver',
    endpoints: { github: '/api/webhooks/github/:userId', slack: '/api/webhooks/slack/:userId' },
    data: {
      status: 'degraded',
      healthScore: 75,
      services: { gateway: 'ready', ingest: 'ready', delivery: 'ready', scheduler: 'not_ready' },
    },
  });
  expect(Date.parse(body.timestamp)).toBeGreaterThan(Date.now() - 10_000);
});

test('health has the numbers of the last hour for a caller with a key, and not for others or without delivery', async () => {
  const activity = {
    recentEvents: 10,
    lastEventTime: '2026-01-01T12:00:00.000Z',
    failedWebhooksCount: 2,
    metrics: {
      hourly: { total: 150, failed: 2, attempts: 200, failedAttempts: 0, avgProcessingTimeMs: 125 },
    },
  };
  const asked: (string | undefined)[] = [];
  let status = 200;
  services.respond = ({ path }) => {
    if (!path.startsWith('/api/webhooks/activity')) return {};
    asked.push(path);
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: activity }),
    };
  };
  const health = (key: string | null, query = '') =>
    callApi(gateway.url, 'GET', `/api/webhooks/health${query}`, { key });
  const tenant = await createKey(gateway.url, 'acme');

  expect((await health(OPERATOR_KEY, '?userId=acme&other=1')).body.data).toMatchObject({
    ...activity,
    healthScore: 75,
    status: 'degraded',
  });
  expect((await health(tenant.key)).body.data).toMatchObject(activity);
  expect(asked).toEqual(['/api/webhooks/activity?userId=acme', '/api/webhooks/activity']);
  expect(services.requests.at(-1)?.headers['x-hookline-tenant']).toBe('acme');

  // One of four services is away, which costs 25 points. The failed attempts of the last hour cost the others.
  for (const [attempts, failedAttempts, healthScore, state] of [
    [200, 3, 73, 'degraded'],
    [200, 60, 45, 'unhealthy'],
    [7, 7, 0, 'unhealthy'],
    [0, 0, 75, 'degraded'],
  ] as const) {
    Object.assign(activity.metrics.hourly, { attempts, failedAttempts });
    const { body } = await health(tenant.key);
    expect(body).toMatchObject({ status: state, data: { ...activity, healthScore, status: state } });
    const stranger = await health(null);
    expect(stranger.body.data).toMatchObject({ healthScore: 75, status: 'degraded' });
  }

  for (const key of [null, 'hl_nobodyKnowsThisKey000000000000000000']) {
    const { status: answered, body } = await health(key);
    expect([answered, Object.keys(body.data)]).toEqual([200, ['status', 'healthScore', 'services']]);
  }
  expect(asked).toHaveLength(6);
  status = 503;
  expect(Object.keys((await health(tenant.key)).body.data)).toEqual(['status', 'healthScore', 'services']);
});

test('the OpenAPI document is served, and so is every operation in it', async () => {
  const { status, body } = await get('/openapi.json');
  expect([status, body.openapi]).toEqual([200, '3.1.0']);
  for (const { id, method, path } of API_OPERATIONS) {
    expect(gateway.service.app.hasRoute({ method, url: path }), id).toBe(true);
  }
});

test('the front page links to the API, the feed, health and metrics', async () => {
  const { body } = await get('/');
  for (const link of Object.values<string>(body.links)) {
    expect((await fetch(`${gateway.url}${link}`)).status, link).not.toBe(404);
  }
});

test('every answer has security headers, also an error and a forwarded answer', async () => {
  services.respond = () => ({ headers: { 'content-type': 'application/json' }, body: '{"data":[]}' });
  const answers = [
    await get('/'),
    await get('/no-such-page'),
    await get('/api/webhooks'),
    await callApi(gateway.url, 'GET', '/api/webhooks'),
    await callApi(gateway.url, 'POST', '/webhook', { key: null, body: {} }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 200, 200]);
  for (const { headers } of answers) {
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('strict-transport-security')).toBeTruthy();
  }
});

test('every answer has the id of its request: the caller’s own if it is well formed, and otherwise a new one', async () => {
  services.respond = () => ({ headers: { 'content-type': 'application/json' }, body: '{"data":[]}' });
  for (const [path, key, status] of [
    ['/', null, 200],
    ['/healthz', null, 200],
    ['/no-such-page', null, 404],
    ['/api/%zz', null, 400],
    ['/api/webhooks', null, 401],
    ['/api/no-such-call', OPERATOR_KEY, 404],
    ['/api/webhooks', OPERATOR_KEY, 200],
    ['/api/connections', OPERATOR_KEY, 503],
  ] as const) {
    const ask = (id: string) => callApi(gateway.url, 'GET', path, { key, headers: { 'x-request-id': id } });
    const given = await ask('mine-1');
    expect([path, given.status, given.headers.get('x-request-id')]).toEqual([path, status, 'mine-1']);
    if (status >= 400) expect(given.body.requestId).toBe('mine-1');
    const made = await ask('not well formed');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
  // The other service logs the same id.
  const seen = services.requests.filter(({ path }) => path === '/api/webhooks').slice(-2);
  expect(seen[0]?.headers['x-request-id']).toBe('mine-1');
  expect(seen[1]?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('the pages of the dashboard load from their own origin, and no answer but the portal’s may be framed', async () => {
  const dashboard = await get('/dashboard/events');
  expect(dashboard.headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';/);
  expect(dashboard.headers.get('x-frame-options')).toBe('DENY');
  const portal = await get('/portal');
  expect(portal.headers.get('content-security-policy')).toContain(
    'frame-ancestors https://shop.example.com;',
  );
  expect(portal.headers.get('x-frame-options')).toBe(null);
});

test('without built files /dashboard says how to get them, and / answers a browser with links', async () => {
  const { status, body } = await get('/dashboard/events');
  expect([status, body.code]).toEqual([404, 'not_found']);
  expect(body.error).toMatch(/^The dashboard is not built: run "npm run build"/);
  const front = await get('/', { accept: 'text/html' });
  expect([front.status, front.body.name, front.body.links.dashboard]).toEqual([200, 'Hookline', undefined]);
});

test('an error is answered as problem details to a caller that accepts them, wherever it was found', async () => {
  const accept = { accept: 'application/problem+json' };
  services.respond = ({ headers }) => ({
    status: 409,
    headers: { 'content-type': String(headers.accept), vary: 'accept' },
    body: '{"code":"conflict"}',
  });
  for (const [path, key, status] of [
    ['/no-such-page', null, 404],
    ['/api/webhooks', null, 401],
    ['/api/webhooks?limit=x', OPERATOR_KEY, 400],
    ['/api/webhooks', OPERATOR_KEY, 409],
    ['/api/webhook-events/evt_1/journey', OPERATOR_KEY, 409],
  ] as const) {
    const answer = await callApi(gateway.url, 'GET', path, { key, headers: accept });
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('vary')).toContain('accept');
  }
});

test('only pages of listed origins may read answers', async () => {
  const { headers } = await get('/', { origin: ORIGIN });
  expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
  const exposed = headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(
    expect.arrayContaining([
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
      'x-request-id',
      'idempotent-replayed',
    ]),
  );
  expect(
    (await get('/', { origin: 'https://evil.example.com' })).headers.get('access-control-allow-origin'),
  ).toBe(null);
  const preflight = await fetch(`${gateway.url}/api/events`, {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(ORIGIN);
});

test('without a list no page of another origin may read answers', async () => {
  const strict = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  const { headers } = await callApi(strict.url, 'GET', '/', { key: null, headers: { origin: ORIGIN } });
  expect(headers.get('access-control-allow-origin')).toBe(null);
  await strict.close();
});

test('a client that asks to upgrade to HTTP/2 is served in HTTP/1.1', async () => {
  const status = await new Promise((resolve, reject) => {
    request(
      `${gateway.url}/healthz`,
      {
        headers: {
          connection: 'Upgrade, HTTP2-Settings',
          upgrade: 'h2c',
          'http2-settings': 'AAMAAABkAAQAAP__',
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});

test('the reference of the API is served with its files, under a policy without inline code', async () => {
  const overview = await fetch(`${gateway.url}/docs/api`);
  expect([overview.status, overview.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(overview.headers.get('content-security-policy')).toContain("script-src 'self';style-src 'self'");
  const files = [...(await overview.text()).matchAll(/(?:href|src)="(\/docs\/assets\/[^"]+)"/g)];
  expect(files).toHaveLength(2);
  for (const [, path] of files) {
    const file = await fetch(`${gateway.url}${path}`);
    expect([path, file.status, file.headers.get('cache-control')]).toEqual([
      path,
      200,
      'public, max-age=31536000, immutable',
    ]);
  }
  const page = await fetch(`${gateway.url}/docs/api/publishEvent`);
  expect([page.status, (await page.text()).includes('/api/events')]).toEqual([200, true]);
  const errors = await (await fetch(`${gateway.url}/docs/errors`)).text();
  expect(Object.keys(API_ERRORS).filter((code) => !errors.includes(`id="${code}"`))).toEqual([]);
});

test('the page of an operation that does not exist is answered 404', async () => {
  const missing = await get('/docs/api/nothing%3Cscript%3E');
  expect([missing.status, missing.body.code]).toEqual([404, 'not_found']);
});
