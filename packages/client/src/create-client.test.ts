import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  type ClientOptions,
  createClient,
  HooklineError,
  isHooklineError,
  requestLineOf,
  type Warning,
} from './index.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** An HTTP server whose n-th answer is the n-th of the list, or its last. */
async function startServer(...answers: ((response: ServerResponse) => void)[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    answers[Math.min(seen.length, answers.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = (options: Partial<ClientOptions> = {}) => createClient({ url, key: 'hl_x', ...options });
  return { url, seen, client };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));

const unavailable = (retryAfter: string) =>
  json(
    503,
    { error: 'Shutting down', code: 'shutting_down', requestId: 'req_1' },
    { 'retry-after': retryAfter },
  );

const destroyed = (response: ServerResponse) => void response.destroy();

const page = (ids: string[], nextCursor: string | null) =>
  json(200, {
    data: ids.map((id) => ({ id })),
    page: { limit: 2, hasMore: nextCursor !== null, nextCursor },
  });

test('a method sends the id, the body, the query and the key, and resolves to the data of the answer', async () => {
  const server = await startServer(json(200, { data: { id: 'ep_1' } }));
  const hookline = server.client({ url: `${server.url}/hooks/`, key: async () => 'hl_y' });
  const endpoint = await hookline.endpoints.update(
    'a/b ü',
    { active: false },
    { query: { userId: 'a & b' }, idempotencyKey: 'change-1' },
  );
  expect(endpoint).toEqual({ id: 'ep_1' });
  expect(server.seen).toMatchObject([
    {
      method: 'PATCH',
      url: '/hooks/api/webhooks/a%2Fb%20%C3%BC?userId=a+%26+b',
      headers: {
        authorization: 'Bearer hl_y',
        'content-type': 'application/json',
        'idempotency-key': 'change-1',
      },
      body: '{"active":false}',
    },
  ]);
});

test('a client without a key sends no key, and the header with which the gateway accepts the cookie of a session', async () => {
  const server = await startServer(json(200, { data: {} }));
  await createClient({ url: server.url }).endpoints.update('ep_1', { active: false });
  expect(server.seen[0]?.headers).toMatchObject({ 'x-hookline-csrf': '1' });
  expect(server.seen[0]?.headers.authorization).toBe(undefined);
  await server.client().endpoints.update('ep_1', { active: false });
  expect(server.seen[1]?.headers['x-hookline-csrf']).toBe(undefined);
});

test('a call is shown as its method and path, with its parameters and query', () => {
  expect(requestLineOf('getJourney', { params: { id: 'a b' }, query: { userId: 'acme & co' } })).toEqual({
    method: 'GET',
    path: '/api/webhook-events/a%20b/journey?userId=acme+%26+co',
  });
});

test('each kind of method puts its arguments where the operation takes them', async () => {
  const server = await startServer(json(200, { data: [] }));
  const hookline = server.client();
  await hookline.events.journey('evt_1', { userId: 'acme' });
  await hookline.events.retry('evt_1', { userId: 'acme' });
  await hookline.queue.pause({ idempotencyKey: 'p' });
  await hookline.sources.providers();
  await hookline.events.stats();
  await hookline.endpoints.rotateSecret('ep_1');
  await hookline.endpoints.rotateSecret('ep_1', { gracePeriodSeconds: 0 });
  expect(server.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['GET', '/api/webhook-events/evt_1/journey?userId=acme', ''],
    ['POST', '/api/webhook-events/evt_1/retry?userId=acme', ''],
    ['POST', '/api/webhooks/queue/pause', ''],
    ['GET', '/api/providers', ''],
    ['GET', '/api/webhook-events/stats', ''],
    ['POST', '/api/webhooks/ep_1/regenerate-secret', ''],
    ['POST', '/api/webhooks/ep_1/regenerate-secret', '{"gracePeriodSeconds":0}'],
  ]);
  expect(server.seen[2]?.headers['idempotency-key']).toBe('p');
});

test('a list reads page after page as it is iterated, and no page too many', async () => {
  const server = await startServer(page(['a', 'b'], 'next'), page(['c', 'd'], 'last'), page(['e'], null));
  const events = server.client().events.list({ eventType: 'github.*', limit: 2, offset: 0 });
  expect(server.seen).toHaveLength(0);
  const ids: string[] = [];
  for await (const { id } of events) {
    ids.push(id);
    if (id === 'c') break;
  }
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(server.seen.map(({ url }) => url)).toEqual([
    '/api/webhook-events?eventType=github.*&limit=2&offset=0',
    '/api/webhook-events?eventType=github.*&limit=2&cursor=next',
  ]);
  const rest: string[][] = [];
  for await (const { data } of events.pages()) rest.push(data.map(({ id }) => id));
  expect(rest).toEqual([['e']]);
});

const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const item = (id: string) => line({ id });
const markAt = (count: number, cursor: string, end = false) => line({ end, count, cursor });

/** An answer whose parts arrive one after the other. */
const parts =
  (...texts: string[]) =>
  async (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const text of texts) {
      response.write(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };

test('an export gives item after item, whatever the parts in which they arrive, and has the cursor of its end', async () => {
  const text = item('a') + item('ü') + markAt(2, 'two') + item('c') + markAt(3, 'three', true);
  const server = await startServer(parts(...text), parts(text));
  for (let n = 0; n < 2; n++) {
    const exported = server.client().events.export({ eventType: 'order.*' });
    expect([exported.cursor, server.seen.length]).toEqual([undefined, n]);
    const seen: [string, string | undefined][] = [];
    for await (const { id } of exported) seen.push([id, exported.cursor]);
    expect(seen).toEqual([
      ['a', undefined],
      ['ü', undefined],
      ['c', 'two'],
    ]);
    expect(exported.cursor).toBe('three');
  }
  expect(server.seen[0]?.url).toBe('/api/webhook-events/export?eventType=order.*');
});

test.each([
  ['without its last line', item('a') + markAt(1, 'one') + item('b')],
  ['in the middle of a line', `${item('a')}${markAt(1, 'one')}${item('b')}{"id":"c`],
  ['at a line that is not the last one', item('a') + markAt(1, 'one') + item('b') + markAt(2, 'one')],
])('an export that ends %s throws after its items, and has the cursor to continue at', async (_, text) => {
  const server = await startServer(parts(text));
  const exported = server.client().deliveries.export();
  const ids: string[] = [];
  const reading = (async () => {
    for await (const { id } of exported) ids.push(id);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'connection_failed' });
  expect([ids, exported.cursor]).toEqual([['a', 'b'], 'one']);
});

test('an export with fewer items than it says throws', async () => {
  const server = await startServer(parts(item('a') + markAt(2, 'two', true)));
  const exported = server.client().events.export();
  const reading = (async () => {
    for await (const { id } of exported) expect(id).toBe('a');
  })();
  await expect(reading).rejects.toThrow('has 1 items where it should have 2');
  expect(exported.cursor).toBeUndefined();
});

test('an export whose connection breaks, that stalls, or that its caller ends, throws the reason', async () => {
  const begin = (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(item('a'));
  const server = await startServer(
    (response) => {
      begin(response);
      setImmediate(() => response.destroy());
    },
    begin,
    begin,
  );
  const controller = new AbortController();
  const read = async (options: { timeoutMs?: number; signal?: AbortSignal }, onItem = () => {}) => {
    for await (const { id } of server.client().events.export({}, options)) {
      expect(id).toBe('a');
      onItem();
    }
  };
  await expect(read({})).rejects.toMatchObject({ code: 'connection_failed' });
  await expect(read({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  await expect(read({ signal: controller.signal }, () => controller.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('a loop over an export that is left ends the request', async () => {
  const ended = Promise.withResolvers<void>();
  const server = await startServer((response) => {
    response.on('close', () => ended.resolve());
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(item('a') + item('b'));
  });
  for await (const { id } of server.client().events.export()) {
    expect(id).toBe('a');
    break;
  }
  await ended.promise;
});

test('an export that is refused throws the error of the gateway', async () => {
  const server = await startServer(json(400, { error: 'no', code: 'invalid_request', details: [] }));
  const exported = server.client().events.export();
  await expect(exported[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'invalid_request' });
});

test('page() reads one page with its cursor', async () => {
  const server = await startServer(page(['a'], 'next'));
  const { data, page: about } = await server.client().deliveries.list({ cursor: 'here' }).page();
  expect([data, about.nextCursor]).toEqual([[{ id: 'a' }], 'next']);
  expect(server.seen.map(({ url }) => url)).toEqual(['/api/deliveries?cursor=here']);
});

test('call sends an operation by its name and resolves to the whole answer', async () => {
  const warnings = [{ path: 'body/url', message: 'is sent to by another endpoint' }];
  const server = await startServer(json(201, { data: { id: 'ep_1' }, warnings }));
  const reported: Warning[] = [];
  const hookline = server.client({ onWarning: (warning) => reported.push(warning) });
  const body = { name: 'a', url: 'https://example.com', events: ['*'] };
  expect(await hookline.call('createEndpoint', { body })).toEqual({ data: { id: 'ep_1' }, warnings });
  expect(reported).toEqual(warnings);
  await expect(hookline.call('createEndpoints' as 'createEndpoint', { body })).rejects.toThrow(
    new TypeError('There is no operation createEndpoints'),
  );
});

test('triggerEvent publishes an event without its client in front', async () => {
  const server = await startServer(json(202, { data: { id: 'evt_1', duplicate: false } }));
  const { triggerEvent } = server.client();
  const published = await triggerEvent({ eventType: 'project.created', userId: 'acme', data: { id: 7 } });
  expect(published).toEqual({ id: 'evt_1', duplicate: false });
  expect(server.seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
    ['POST', '/api/events', { type: 'project.created', userId: 'acme', data: { id: 7 } }],
  ]);
});

test('an id that would change the path is refused before it is sent', async () => {
  const hookline = createClient({ url: 'http://127.0.0.1:1', key: 'hl_x' });
  for (const id of ['', '.', '..', undefined as unknown as string]) {
    await expect(hookline.endpoints.get(id)).rejects.toThrow(/^params\.id must/);
  }
});

test('an address that is not a URL is refused at once', () => {
  expect(() => createClient({ url: 'localhost', key: 'hl_x' })).toThrow(TypeError);
});

test('a request body comes back as bytes, even where it is JSON', async () => {
  const server = await startServer(json(200, { a: 1 }));
  const bytes = await server.client().events.raw('evt_1');
  expect(bytes).toBeInstanceOf(Uint8Array);
  expect(new TextDecoder().decode(bytes)).toBe('{"a":1}');
});

test('an error answer is a HooklineError with status, code, message, requestId, details and issues', async () => {
  const details = [{ path: 'body/url', message: 'is missing' }];
  const server = await startServer(
    json(400, { error: 'body/url is missing', code: 'invalid_request', details, requestId: 'req_7' }),
  );
  const error = await server
    .client()
    .endpoints.create({ name: 'a', url: '', events: ['*'] })
    .catch((e: unknown) => e);
  expect(isHooklineError(error)).toBe(true);
  expect(error).toBeInstanceOf(HooklineError);
  expect(error).toMatchObject({
    name: 'HooklineError',
    status: 400,
    code: 'invalid_request',
    message: 'body/url is missing',
    requestId: 'req_7',
    details,
    issues: details,
    retryAfterMs: undefined,
  });
  expect(server.seen).toHaveLength(1);
});

test.each([
  [401, { error: 'Send an API key', code: 'unauthenticated' }, 'Unauthenticated', 'unauthenticated'],
  [429, { error: 'Too many requests', code: 'rate_limited' }, 'RateLimited', 'rate_limited'],
  [500, '<h1>Oops</h1>', 'HooklineError', 'unknown'],
  [404, null, 'HooklineError', 'unknown'],
])('status %s is an error of its class', async (status, body, name, code) => {
  const server = await startServer(json(status, body));
  await expect(server.client({ retries: 0 }).call('getLedger')).rejects.toMatchObject({ name, status, code });
});

test('a page of a proxy with a good status is an error and is not tried again', async () => {
  const server = await startServer((response) => void response.writeHead(200).end('<h1>Welcome</h1>'));
  await expect(server.client().call('getLedger')).rejects.toMatchObject({ code: 'unknown', status: 200 });
  expect(server.seen).toHaveLength(1);
});

test('a write whose earlier try is still running is tried again with the same key', async () => {
  const running = {
    error: 'A call with this Idempotency-Key is still running',
    code: 'idempotency_key_in_use',
  };
  const conflict = { error: 'The request conflicts with the current state', code: 'conflict' };
  const server = await startServer(
    json(409, running, { 'retry-after': '0' }),
    json(202, { data: { id: 'evt_1' } }),
    json(409, conflict),
  );
  const hookline = server.client();
  expect(await hookline.events.publish({ type: 'order.paid', data: {} })).toEqual({ id: 'evt_1' });
  expect(new Set(server.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  await expect(hookline.events.retry('evt_1')).rejects.toMatchObject({ code: 'conflict', status: 409 });
  expect(server.seen).toHaveLength(3);
});

test('a call is tried again after 408, 429, 502, 503 and 504, and after a failed connection', async () => {
  const server = await startServer(
    destroyed,
    json(408, {}, { 'retry-after': '0' }),
    json(429, {}, { 'retry-after': '0' }),
    json(502, {}, { 'retry-after': '0' }),
    json(504, {}, { 'retry-after': '0' }),
    unavailable('0'),
    json(200, { data: {}, page: {} }),
  );
  expect(await server.client({ retries: 6 }).call('listEndpoints')).toEqual({ data: {}, page: {} });
  expect(server.seen).toHaveLength(7);
});

test('a write has one idempotency key for all its tries, and each call has its own', async () => {
  const server = await startServer(destroyed, unavailable('0'), json(202, { data: { id: 'evt_1' } }));
  const hookline = server.client();
  await hookline.events.publish({ type: 'order.paid', data: {} });
  await hookline.events.publish({ type: 'order.paid', data: {} });
  await hookline.events.publish({ type: 'order.paid', data: {} }, { idempotencyKey: 'order-1' });
  const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^auto_[0-9a-f]{32}$/);
  expect(keys.slice(1, 3)).toEqual([keys[0], keys[0]]);
  expect(keys[3]).not.toBe(keys[0]);
  expect(keys[4]).toBe('order-1');
});

test('a call waits as long as Retry-After asks for', async () => {
  const server = await startServer(unavailable('1'), json(200, { data: [] }));
  const startedAt = performance.now();
  await server.client().call('getLedger');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
});

test('a call ends with the last error when its tries are used up', async () => {
  const server = await startServer(unavailable('0'));
  await expect(server.client().call('getLedger')).rejects.toMatchObject({
    code: 'shutting_down',
    status: 503,
  });
  expect(server.seen).toHaveLength(3);
  await expect(server.client().call('getLedger', {}, { retries: 0 })).rejects.toMatchObject({ status: 503 });
  expect(server.seen).toHaveLength(4);
});

test('a Retry-After over 30 s ends the call with the error, which has the time', async () => {
  const server = await startServer(unavailable('3600'));
  await expect(server.client().call('getLedger')).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  expect(server.seen).toHaveLength(1);
});

test('a try that takes longer than its timeout is a Timeout and is not repeated', async () => {
  const server = await startServer((response) => void response.writeHead(200).write('{"data"'));
  await expect(server.client().call('getLedger', {}, { timeoutMs: 100 })).rejects.toMatchObject({
    name: 'Timeout',
    code: 'timeout',
    message: `GET ${server.url}/api/ledger was not answered within 100 ms`,
  });
  expect(server.seen).toHaveLength(1);
});

test('a connection that fails, or breaks within the answer, is a ConnectionFailed', async () => {
  const server = await startServer((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data"');
    setImmediate(() => response.destroy());
  });
  for (const url of [server.url, 'http://127.0.0.1:1']) {
    const error = await server
      .client({ url, retries: 0 })
      .call('getLedger')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'ConnectionFailed', code: 'connection_failed' });
    expect((error as Error).cause).toBeInstanceOf(Error);
  }
});

test('a signal ends a call, and the wait before the next try, with its reason', async () => {
  const reason = new Error('no longer needed');
  const silent = await startServer(() => {});
  const busy = await startServer(unavailable('20'));
  for (const { client, seen } of [silent, busy]) {
    const controller = new AbortController();
    const call = client().call('getLedger', {}, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 100);
    await expect(call).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  }
});

test('a `fetch` of its own is used in place of the platform', async () => {
  const urls: string[] = [];
  const hookline = createClient({
    url: 'https://hooks.example.com',
    key: 'hl_x',
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json({ data: [], page: { limit: 5, hasMore: false, nextCursor: null } });
    },
  });
  await hookline.keys.list({ limit: 5 }).page();
  expect(urls).toEqual(['https://hooks.example.com/api/keys?limit=5']);
});
