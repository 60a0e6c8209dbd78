import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { callApi } from './call-api.ts';
import { INTERNAL_TOKEN, OPERATOR_KEY, startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let ingest: Receiver;
let delivery: Receiver;
let gateway: TestGateway;

beforeAll(async () => {
  [nats, database, ingest, delivery] = await Promise.all([
    startTestNats(),
    createTestDatabase(),
    startReceiver(),
    startReceiver(),
  ]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: ingest.url, delivery: delivery.url, scheduler: 'http://127.0.0.1:9' },
  });
});

beforeEach(() => {
  const answer = { headers: { 'content-type': 'application/json' }, body: '{"data":{}}' };
  ingest.respond = () => answer;
  delivery.respond = () => answer;
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([nats?.stop(), ingest?.close(), delivery?.close()]);
  await database?.drop();
});

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request with exactly these headers, repeated headers included. */
function send(method: string, path: string, headers: string[], body?: Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(gateway.url);
    const request = httpRequest(
      gateway.url,
      { method, path, headers: ['host', host, ...headers] as never, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

test('an event published over the API reaches ingest byte for byte', async () => {
  const bytes = Buffer.from(
    '{ "type": "project.created",\n  "data": {"big": 9007199254740993, "twice": 1, "twice": 2, "__proto__": {"x": 1}, "é": "\\u00e9"} }',
  );
  const answer = await send(
    'POST',
    '/api/events',
    [
      ['authorization', `Bearer ${OPERATOR_KEY}`],
      ['content-type', 'application/json; charset=utf-8'],
      ['idempotency-key', 'once'],
      ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
      ['x-request-id', 'of-the-caller'],
      ['cookie', 'a=b'],
      ['content-length', String(bytes.length)],
    ].flat(),
    bytes,
  );
  expect(answer.status).toBe(200);
  const received = ingest.requests.at(-1);
  expect(received?.body.equals(bytes)).toBe(true);
  expect(received?.path).toBe('/api/events');
  expect(received?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'idempotency-key': 'once',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-request-id': 'of-the-caller',
    'x-hookline-internal-token': INTERNAL_TOKEN,
    'x-hookline-role': 'operator',
  });
  expect(received?.headers.cookie).toBe(undefined);
  expect(received?.headers.authorization).toBe(undefined);
});

test('the gateway refuses invalid input of an operation and says what is wrong', async () => {
  const before = ingest.requests.length + delivery.requests.length;
  const cases: [string, string, unknown][] = [
    ['POST', '/api/events', { type: 'no spaces please', data: {} }],
    ['POST', '/api/events', { type: 'a.b' }],
    ['GET', '/api/webhook-events?limit=0', undefined],
    ['POST', '/api/webhooks', { name: 'x', url: 'https://example.com', events: ['*'], surprise: 1 }],
  ];
  for (const [method, path, body] of cases) {
    const answer = await callApi(gateway.url, method, path, { body });
    expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([400, 'invalid_request']);
    expect(answer.body.details.length).toBeGreaterThan(0);
  }
  const malformed = await send(
    'POST',
    '/api/events',
    ['authorization', `Bearer ${OPERATOR_KEY}`, 'content-type', 'application/json', 'content-length', '1'],
    Buffer.from('{'),
  );
  expect([malformed.status, JSON.parse(malformed.body).code]).toEqual([400, 'malformed_body']);
  expect(ingest.requests.length + delivery.requests.length).toBe(before);
});

test('an answer is forwarded unchanged: status, headers and body', async () => {
  delivery.respond = () => ({
    status: 409,
    headers: {
      'content-type': 'application/json',
      'retry-after': '7',
      'x-more': 'yes',
      connection: 'x-hop',
      'x-hop': '1',
    },
    body: '{"error":"no","code":"conflict","requestId":"r"}',
  });
  const answer = await send('POST', '/api/deliveries/dlv_1/retry', [
    'authorization',
    `Bearer ${OPERATOR_KEY}`,
  ]);
  expect([answer.status, answer.body]).toEqual([409, '{"error":"no","code":"conflict","requestId":"r"}']);
  expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-more': 'yes' });
  expect(answer.headers['x-hop']).toBe(undefined);
});

test('an export is forwarded compressed if its caller accepts that, and no other answer is', async () => {
  const bytes = gzipSync('{"end":true,"count":0,"cursor":null}\n');
  delivery.respond = () => ({
    headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    body: bytes,
  });
  const key = ['authorization', `Bearer ${OPERATOR_KEY}`];
  const exported = await fetch(`${gateway.url}/api/webhook-events/export?userId=acme`, {
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'accept-encoding': 'gzip' },
  });
  expect(await exported.json()).toEqual({ end: true, count: 0, cursor: null });
  expect(delivery.requests.at(-1)?.headers['accept-encoding']).toBe('gzip');
  await send('GET', '/api/webhook-events', [...key, 'accept-encoding', 'gzip']);
  expect(delivery.requests.at(-1)?.headers['accept-encoding']).toBeUndefined();
});

test('a call without a body may have a content type', async () => {
  const answer = await send('POST', '/api/webhooks/ep_1/test?userId=acme', [
    'authorization',
    `Bearer ${OPERATOR_KEY}`,
    'content-type',
    'application/json',
    'content-length',
    '0',
  ]);
  expect(answer.status).toBe(200);
  expect(delivery.requests.at(-1)).toMatchObject({
    method: 'POST',
    path: '/api/webhooks/ep_1/test?userId=acme',
  });
  expect(delivery.requests.at(-1)?.headers['content-type']).toBe(undefined);
});

test('a webhook is forwarded to ingest with its bytes and every header, repeated headers included', async () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);
  const headers = [
    ['X-Hub-Signature-256', 'sha256=aa'],
    ['x-hub-signature-256', 'sha256=bb'],
    ['Content-Type', 'application/vnd.unheard-of'],
    ['Authorization', 'Basic of-the-provider'],
    ['X-Odd', 'caf\u00e9'],
    ['Connection', 'close, x-secret-hop'],
    ['X-Secret-Hop', '1'],
    ['x-hookline-role', 'operator'],
    ['X-Hookline-Internal-Token', 'guess'],
    ['Content-Length', String(bytes.length)],
  ];
  ingest.respond = () => ({ status: 202, headers: { 'x-from': 'ingest' }, body: 'Accepted' });
  const answer = await send('POST', '/api/webhooks/github/acme%20x?a=1&a=2', headers.flat(), bytes);
  expect([answer.status, answer.body, answer.headers['x-from']]).toEqual([202, 'Accepted', 'ingest']);
  const received = ingest.requests.at(-1);
  expect(received?.path).toBe('/api/webhooks/github/acme%20x?a=1&a=2');
  expect(received?.body.equals(bytes)).toBe(true);
  const kept = received?.rawHeaders.filter(
    ([name]) => !['connection', 'x-request-id'].includes(name.toLowerCase()),
  );
  expect(kept?.map(([name, value]) => [name.toLowerCase(), value]).sort()).toEqual(
    [
      ['host', new URL(gateway.url).host],
      ...headers.slice(0, 5).map(([name, value]) => [name?.toLowerCase(), value]),
      ['content-length', String(bytes.length)],
      // Added by the gateway: the address of the caller.
      ['x-forwarded-for', '127.0.0.1'],
    ].sort(),
  );
});

test.each([
  ['POST', '/in/src_1/token'],
  ['PUT', '/in/anything'],
  ['GET', '/in/challenge?x=1'],
  ['GET', '/webhook?hub.mode=subscribe&hub.challenge=1'],
  ['POST', '/webhook'],
  ['POST', '/api/webhooks/stripe'],
  ['POST', '/api/webhooks/clerk'],
  ['POST', '/api/webhooks/gmail'],
  ['POST', '/api/webhooks/slack/acme'],
  // A tenant of that name, not the endpoint operation.
  ['POST', '/api/webhooks/github/test'],
])('%s %s goes to ingest, without a key', async (method, path) => {
  const before = ingest.requests.length;
  expect((await send(method, path, ['content-length', '0'])).status).toBe(200);
  expect(ingest.requests.slice(before).map((each) => [each.method, each.path])).toEqual([[method, path]]);
});

test.each([
  ['POST', '/api/webhooks/ep_01/test'],
  ['POST', '/api/webhooks/ep_01/regenerate-secret'],
  ['GET', '/api/webhooks/ep_01/deliveries'],
  ['GET', '/api/webhooks/ep_01'],
])('%s %s is an operation of endpoints, and wants a key', async (method, path) => {
  const before = delivery.requests.length;
  expect((await callApi(gateway.url, method, path, { key: null })).status).toBe(401);
  expect((await callApi(gateway.url, method, path)).status).toBe(200);
  expect(delivery.requests.slice(before).map((each) => [each.method, each.path])).toEqual([[method, path]]);
});

test('a webhook with an unusual Content-Type or Content-Encoding, another method or a trailing slash is forwarded to ingest', async () => {
  const bytes = Buffer.from('{"a":1}');
  const length = ['content-length', String(bytes.length)];
  const cases: [string, string, string[]][] = [
    ...['application/json,application/json', '', 'json', '"application/json"', 'application/json/x'].map(
      (type): [string, string, string[]] => ['POST', '/api/webhooks/github/acme', ['content-type', type]],
    ),
    ...['UTF-8', 'none', 'identity, identity', 'gzip'].map((encoding): [string, string, string[]] => [
      'POST',
      '/in/token',
      ['content-encoding', encoding],
    ]),
    ['PUT', '/api/webhooks/github/acme', ['content-type', 'json']],
    ['DELETE', '/in/token', ['content-type', 'json']],
    ['POST', '/api/webhooks/github/acme/', []],
    ['POST', '/api/webhooks/stripe/', []],
    ['POST', '/webhook/', []],
    ['GET', '/api/webhooks/stripe', []],
    ['HEAD', '/api/webhooks/github/acme', []],
  ];
  for (const [method, path, headers] of cases) {
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const answer = await send(
      method,
      path,
      hasBody ? [...length, ...headers] : headers,
      hasBody ? bytes : undefined,
    );
    const received = ingest.requests.at(-1);
    expect([method, path, headers, answer.status]).toEqual([method, path, headers, 200]);
    expect([received?.method, received?.path]).toEqual([method, path]);
    if (hasBody) expect(received?.body.equals(bytes)).toBe(true);
    const [name, value] = headers;
    if (name !== undefined) expect(received?.headers[name]).toBe(value);
  }
});

test('a JSON body with an unusual Content-Type, compressed or with a byte order mark, reaches the API as JSON', async () => {
  const bytes = Buffer.from('{"type":"a.b","data":{"n":9007199254740993}}');
  const authorization = ['authorization', `Bearer ${OPERATOR_KEY}`];
  const publish = (headers: string[], body: Buffer) =>
    send('POST', '/api/events', [...authorization, 'content-length', String(body.length), ...headers], body);
  for (const type of [
    'application/json,application/json',
    '',
    'json',
    'application/json/x',
    'application/cloudevents+json',
  ]) {
    expect([type, (await publish(['content-type', type], bytes)).status]).toEqual([type, 200]);
    expect(ingest.requests.at(-1)?.body.equals(bytes)).toBe(true);
    expect(ingest.requests.at(-1)?.headers['content-type']).toMatch(/^application\/[a-z+]*json$/);
  }
  const json = ['content-type', 'application/json'];
  for (const [encoding, sent] of [
    ['gzip', gzipSync(bytes)],
    ['UTF-8', bytes],
    ['identity', Buffer.concat([Buffer.from('\ufeff'), bytes])],
  ] as const) {
    expect([encoding, (await publish([...json, 'content-encoding', encoding], sent)).status]).toEqual([
      encoding,
      200,
    ]);
    expect(ingest.requests.at(-1)?.body.equals(bytes)).toBe(true);
  }
  const refused = await publish(['content-type', 'application/x-www-form-urlencoded'], Buffer.from('a=1'));
  expect([refused.status, JSON.parse(refused.body).error]).toEqual([
    415,
    'Send the body as JSON, with the header content-type: application/json',
  ]);
});

test('a large webhook is streamed, and a webhook over 26 MiB is refused with 413', async () => {
  const large = Buffer.alloc(25 * 1024 * 1024, 'x');
  expect((await send('POST', '/in/large', ['content-length', String(large.length)], large)).status).toBe(200);
  expect(ingest.requests.at(-1)?.body.equals(large)).toBe(true);

  const before = ingest.requests.length;
  const said = await new Promise<string>((resolve, reject) => {
    // The content length is announced, so the answer comes before the body is sent.
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => {
      socket.write(`POST /in/large HTTP/1.1\r\nhost: x\r\ncontent-length: ${27 * 1024 * 1024}\r\n\r\n`);
    });
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('error', reject);
  });
  expect(said).toContain('413');

  const unannounced = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(gateway.url, { method: 'POST', path: '/in/large' }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    for (let index = 0; index < 27; index++) request.write(Buffer.alloc(1024 * 1024));
    request.end();
  });
  expect(unannounced).toBe(413);
  expect(ingest.requests.length).toBe(before);
});

test('two Host headers are refused', async () => {
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => {
      socket.write('POST /webhook HTTP/1.1\r\nhost: a\r\nhost: b\r\ncontent-length: 0\r\n\r\n');
    });
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('error', reject);
  });
  expect(said).toContain('400');
});

test('a call to a service that is down is 503 with Retry-After and the name of the service', async () => {
  const down = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  try {
    const operation = await callApi(down.url, 'GET', '/api/webhooks');
    expect([operation.status, operation.body.code, operation.body.error]).toEqual([
      503,
      'unavailable',
      'The delivery service does not answer',
    ]);
    expect(operation.headers.get('retry-after')).toBe('5');
    const inbound = await callApi(down.url, 'POST', '/webhook', { key: null, body: {} });
    expect([inbound.status, inbound.body.error]).toEqual([503, 'The ingest service does not answer']);
  } finally {
    await down.close();
  }
});

/** Answers the first request of each connection and destroys the connection at the second request. */
async function startForgetfulServer(): Promise<{ url: string; seen: string[]; server: Server }> {
  const seen: string[] = [];
  const served = new WeakSet<object>();
  const server = createServer((request, response) => {
    if (served.has(request.socket)) {
      request.socket.resetAndDestroy();
      return;
    }
    served.add(request.socket);
    seen.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end('{"data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server };
}

test('a GET on a dead kept-alive connection is sent again on a new one, and a POST never is', async () => {
  const forgetful = await startForgetfulServer();
  const other = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: forgetful.url, delivery: forgetful.url, scheduler: forgetful.url },
  });
  try {
    const get = async () => (await callApi(other.url, 'GET', '/api/webhooks')).status;
    expect([await get(), await get(), await get()]).toEqual([200, 200, 200]);
    const post = await callApi(other.url, 'POST', '/api/deliveries/dlv_1/retry');
    expect([post.status, post.body.code]).toEqual([503, 'unavailable']);
    expect(forgetful.seen.filter((each) => each.startsWith('POST'))).toEqual([]);
  } finally {
    await other.close();
    forgetful.server.close();
    forgetful.server.closeAllConnections();
  }
});

test('when the caller disconnects, the request to the other service is aborted', async () => {
  let aborted: (() => void) | undefined;
  const isAborted = new Promise<void>((resolve) => {
    aborted = resolve;
  });
  const server = createServer((request) => request.socket.once('close', () => aborted?.()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const other = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: url, delivery: url, scheduler: url },
  });
  try {
    const gone = new AbortController();
    const call = fetch(`${other.url}/api/webhooks`, {
      headers: { authorization: `Bearer ${OPERATOR_KEY}` },
      signal: gone.signal,
    });
    server.once('request', () => gone.abort());
    await expect(call).rejects.toThrow();
    await isAborted;
  } finally {
    await other.close();
    server.close();
    server.closeAllConnections();
  }
});

test("a journey shows delivery's steps and ingest's repeats in the order of time", async () => {
  const json = { 'content-type': 'application/json' };
  const step = (at: string, name: string) => ({ at, step: name, text: name });
  delivery.respond = () => ({
    headers: json,
    body: JSON.stringify({
      data: {
        summary: 'Received 00:00:00 UTC from GitHub',
        event: { id: 'evt_1' },
        steps: [step('2026-01-01T00:00:00.000Z', 'received'), step('2026-01-01T00:00:09.000Z', 'delivered')],
      },
    }),
  });
  ingest.respond = (received) => {
    expect(received.path).toBe('/api/rejections?eventId=evt_1&code=duplicate');
    const repeat = {
      id: 'rej_1',
      at: '2026-01-01T00:00:05.000Z',
      reason: 'A repeat',
      providerDeliveryId: 'd',
    };
    return { headers: json, body: JSON.stringify({ data: [repeat] }) };
  };
  const { body } = await callApi(gateway.url, 'GET', '/api/webhook-events/evt_1/journey');
  expect(body.data.steps.map((each: { step: string }) => each.step)).toEqual([
    'received',
    'duplicate',
    'delivered',
  ]);
  expect(body.data.summary).toBe(
    'Received 00:00:00 UTC from GitHub; received once more and not delivered again',
  );

  ingest.respond = () => ({ status: 503, headers: json, body: '{"error":"x","code":"x","requestId":"x"}' });
  const without = await callApi(gateway.url, 'GET', '/api/webhook-events/evt_1/journey');
  expect(without.status).toBe(200);
  expect(JSON.stringify(without.body)).toContain('ingest did not answer');
  expect(without.body.data.summary).toBe('Received 00:00:00 UTC from GitHub');

  delivery.respond = () => ({
    status: 404,
    headers: json,
    body: '{"error":"x","code":"not_found","requestId":"x"}',
  });
  const missing = await callApi(gateway.url, 'GET', '/api/webhook-events/evt_1/journey');
  expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('the public keys of an endpoint are served without a key, with the answer of delivery', async () => {
  const page = '{"keys":[]}';
  const id = 'ep_01JZZZZZZZZZZZZZZZZZZZZZZZ';
  delivery.respond = ({ path }) => ({
    status: path === `/keys/${id}` ? 200 : 404,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
    body: page,
  });
  const before = delivery.requests.length;
  const answer = await send('GET', `/keys/${id}?x=1`, ['x-hookline-role', 'operator']);
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'public, max-age=300' },
    body: page,
  });
  // Whatever the path, delivery is asked for the page of keys, and without a principal.
  await send('GET', '/keys/..%2Fapi%2Fwebhooks', []);
  const asked = delivery.requests.slice(before);
  expect(asked.map(({ path }) => path)).toEqual([`/keys/${id}`, '/keys/..%2Fapi%2Fwebhooks']);
  for (const { headers } of asked)
    expect(Object.keys(headers).filter((name) => name.startsWith('x-hookline-'))).toEqual([]);
});

test('an address that asks for many missing pages of keys still gets existing pages', async () => {
  const limited = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: ingest.url, delivery: delivery.url, scheduler: 'http://127.0.0.1:9' },
    publicKeysLimit: { misses: 3, windowMs: 60_000 },
  });
  onTestFinished(() => limited.close());
  delivery.respond = ({ path }) => ({
    status: path === '/keys/ep_1' ? 200 : 404,
    headers: { 'content-type': 'application/json' },
    body: path === '/keys/ep_1' ? '{"keys":[]}' : '{"error":"x","code":"not_found","requestId":"x"}',
  });
  const before = delivery.requests.length;
  const get = async (id: string) => {
    const answer = await fetch(`${limited.url}/keys/${id}`);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  for (const remaining of ['2', '1', '0']) {
    const missing = await get('ep_2');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('ratelimit')).toMatch(new RegExp(`^"ip";r=${remaining};t=\\d+$`));
  }
  const refused = await get('ep_2');
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await get('ep_1')).status).toBe(200);
  // Delivery now answers these requests from memory.
  expect(delivery.requests.slice(before).map(({ headers }) => headers['cache-control'])).toEqual([
    undefined,
    undefined,
    undefined,
    'only-if-cached',
    'only-if-cached',
  ]);
});

test.each([
  ['none', ''],
  ['some', ',"warnings":[{"code":"a","path":"body/url","message":"b ]}"}]'],
])(
  'an answer with %s of the owner’s warnings keeps its bytes, and gets those about types in a filter',
  async (_some, own) => {
    const data =
      '{"id":"ep_1","userId":"acme","filter":{"type":"order.piad","data":{"id":7615917337495251231}}}';
    const headers = { 'content-type': 'application/json' };
    delivery.respond = () => ({ status: 201, headers, body: `{"data":${data}${own}}` });
    ingest.respond = () => ({
      headers,
      body: '{"data":[{"pattern":"order.piad","message":"No event of the type order.piad was ever seen"}]}',
    });
    const socket = await send(
      'POST',
      '/api/webhooks',
      ['authorization', `Bearer ${OPERATOR_KEY}`, 'content-type', 'application/json'],
      Buffer.from(
        '{"name":"a","url":"https://example.com","events":["github.push"],"filter":{"type":"order.piad"}}',
      ),
    );
    expect(socket.status).toBe(201);
    expect(socket.body.startsWith(`{"data":${data}${own.slice(0, -1)}`)).toBe(true);
    expect(JSON.parse(socket.body).warnings).toEqual([
      ...(own === '' ? [] : [{ code: 'a', path: 'body/url', message: 'b ]}' }]),
      {
        code: 'unknown_event_type',
        path: 'body/filter/type',
        message: 'No event of the type order.piad was ever seen',
      },
    ]);
    const asked = JSON.parse(ingest.requests.at(-1)?.body.toString() ?? '');
    expect(asked.patterns).toEqual(['github.push', 'order.piad']);
  },
);

test('a PATCH is forwarded, also as a merge patch', async () => {
  delivery.respond = () => ({
    headers: { 'content-type': 'application/json' },
    body: '{"data":{"userId":"acme"}}',
  });
  const answer = await send(
    'PATCH',
    '/api/webhooks/ep_1',
    ['authorization', `Bearer ${OPERATOR_KEY}`, 'content-type', 'application/merge-patch+json'],
    Buffer.from('{"rateLimit":{"perSecond":null}}'),
  );
  expect([answer.status, answer.body]).toEqual([200, '{"data":{"userId":"acme"}}']);
  const passed = delivery.requests.at(-1);
  expect([passed?.method, passed?.path, passed?.headers['content-type']]).toEqual([
    'PATCH',
    '/api/webhooks/ep_1',
    'application/merge-patch+json',
  ]);
});
