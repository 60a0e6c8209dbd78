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
  scheduler.respond = () => ({
    status: 200,
    headers: {
      'content-type': 'text/html',
      'content-security-policy': "default-src 'none'; base-uri 'none'",
    },
    body: '<p>done</p>',
  });
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

test('a client that guesses states gets 429 after a hundred errors', async () => {
  scheduler.respond = () => ({ status: 400, headers: {}, body: 'no' });
  const statuses: number[] = [];
  for (let count = 0; count < 105; count++)
    statuses.push((await call(`/api/oauth/github/callback?state=${count}`)).status);
  expect(statuses.slice(0, 90).every((status) => status === 400)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
});
