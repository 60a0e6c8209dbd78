import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INTERNAL_TOKEN, OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let scheduler: Receiver;
let gateway: TestGateway;

beforeAll(async () => {
  [nats, database, scheduler] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: 'http://127.0.0.1:9', delivery: 'http://127.0.0.1:9', scheduler: scheduler.url },
  });
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all([scheduler?.close(), database?.drop(), nats?.stop()]);
});

const call = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });

test('a start needs a key, and its redirect and cookie reach the browser', async () => {
  scheduler.respond = () => ({
    status: 302,
    headers: { location: 'https://provider.example/authorize?x=1', 'set-cookie': 'flow=1; Path=/; HttpOnly' },
    body: '',
  });
  expect((await call('/api/oauth/github/start')).status).toBe(401);
  const answer = await call('/api/oauth/github/start?returnUrl=https%3A%2F%2Fa.example', {
    authorization: `Bearer ${OPERATOR_KEY}`,
  });
  expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
    302,
    'https://provider.example/authorize?x=1',
    'flow=1; Path=/; HttpOnly',
  ]);
  const forwarded = scheduler.requests.at(-1);
  expect(forwarded?.path).toBe('/api/oauth/github/start?returnUrl=https%3A%2F%2Fa.example');
  expect(forwarded?.headers).toMatchObject({
    'x-hookline-internal-token': INTERNAL_TOKEN,
    'x-hookline-role': 'operator',
  });
});

test('a callback and a link need no key: the cookies are passed on, and no header that claims a role', async () => {
  scheduler.respond = ({ path }) =>
    path.startsWith('/internal/')
      ? { body: '{"data":{"keyId":null}}' }
      : {
          status: 200,
          headers: {
            'content-type': 'text/html',
            'content-security-policy': "default-src 'none'; base-uri 'none'",
          },
          body: '<p>done</p>',
        };
  for (const path of ['/api/oauth/github/callback?code=c&state=s', '/api/oauth/github/start?link=abc']) {
    const answer = await call(path, {
      cookie: 'flow=1',
      'x-hookline-role': 'operator',
      'x-hookline-internal-token': 'forged',
      authorization: 'Bearer something',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; base-uri 'none'");
    const { headers } = scheduler.requests.at(-1) ?? { headers: {} };
    expect(headers).toMatchObject({ cookie: 'flow=1', 'x-hookline-internal-token': INTERNAL_TOKEN });
    expect(headers).not.toHaveProperty('x-hookline-role');
    expect(headers).not.toHaveProperty('authorization');
  }
});

const LINK = {
  kind: 'link',
  browserPath: '/api/oauth/github/start?link=a-link',
  body: '{"link":"a-link"}',
  maker: '/internal/connection-links/maker',
  end: '/internal/connection-links/end',
};
const FLOW = {
  kind: 'flow',
  browserPath: '/api/oauth/github/callback?code=a-code&state=a-state',
  body: '{"state":"a-state"}',
  maker: '/internal/connection-flows/maker',
  end: '/internal/connection-flows/end',
};

test.each([LINK, FLOW])(
  'a $kind ends with the key that began it: the scheduler is told before the browser gets there',
  async ({ browserPath, body: asks, maker, end }) => {
    const api = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as { data: { id: string } };
    };
    const { id } = (await api('POST', '/api/keys', { userId: 'acme', scopes: ['connections:write'] })).data;
    let keyId = id;
    scheduler.respond = ({ path }) => {
      if (path.endsWith('/maker')) return { body: JSON.stringify({ data: { keyId } }) };
      if (path.endsWith('/end')) return { body: '{"data":{"message":"It has ended"}}' };
      return { status: 302, headers: { location: 'https://provider.example/' }, body: '' };
    };
    const open = async () => {
      const before = scheduler.requests.length;
      await call(browserPath);
      const asked = scheduler.requests.slice(before);
      for (const { headers, body } of asked.slice(0, -1)) {
        expect(headers).toMatchObject({ 'x-hookline-role': 'operator' });
        expect(body.toString()).toBe(asks);
      }
      return asked.map(({ path }) => path);
    };
    expect(await open()).toEqual([maker, browserPath]);
    await api('DELETE', `/api/keys/${id}`);
    expect(await open()).toEqual([maker, end, browserPath]);
    // The key of the environment cannot be revoked, nor can a JWT.
    for (keyId of ['environment', 'jwt:acme']) expect(await open()).toEqual([maker, browserPath]);
    // A session that was signed out is not stored any more.
    keyId = 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect(await open()).toEqual([maker, end, browserPath]);
  },
);

test.each([LINK, FLOW])(
  'a $kind whose maker the scheduler does not tell connects nothing',
  async ({ browserPath }) => {
    scheduler.respond = ({ path }) =>
      path.startsWith('/internal/')
        ? { status: 503, body: '{"error":"no","code":"unavailable","requestId":"1"}' }
        : { status: 302, headers: { location: 'https://provider.example/' }, body: '' };
    const answer = await call(browserPath);
    expect([answer.status, answer.headers.get('location')]).toEqual([503, null]);
  },
);

test('a preview of a link asks for its headers, which is not allowed and does not reach the scheduler', async () => {
  const before = scheduler.requests.length;
  for (const { browserPath } of [LINK, FLOW]) {
    const answer = await fetch(`${gateway.url}${browserPath}`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  }
  expect(scheduler.requests).toHaveLength(before);
});

test('a start without a key says how a browser gets there', async () => {
  const answer = await call('/api/oauth/github/start?connectionId=con_1&appId=oap_1');
  const { code, error } = (await answer.json()) as { code: string; error: string };
  expect([answer.status, code]).toEqual([401, 'unauthenticated']);
  expect(error).toContain('POST /api/connections/links');
});

test('a client that guesses states gets 429 after a hundred errors', async () => {
  scheduler.respond = ({ path }) =>
    path.startsWith('/internal/')
      ? { body: '{"data":{"keyId":null}}' }
      : { status: 400, headers: {}, body: 'no' };
  const statuses: number[] = [];
  for (let count = 0; count < 105; count++)
    statuses.push((await call(`/api/oauth/github/callback?state=${count}`)).status);
  expect(statuses.slice(0, 90).every((status) => status === 400)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
});
