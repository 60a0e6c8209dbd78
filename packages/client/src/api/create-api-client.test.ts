import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ApiConnectionError, ApiError } from './api-error.ts';
import { createApiClient } from './create-api-client.ts';

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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
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

test('a call sends the path, the query, the body and the key', async () => {
  const server = await startServer(json(200, { data: { id: 'ep_1' } }));
  const client = createApiClient({ baseUrl: `${server.url}/hooks/`, apiKey: async () => 'hl_x' });
  const answer = await client.updateEndpoint({
    params: { id: 'a/b ü' },
    query: { userId: 'a & b' },
    body: { active: false },
  });
  expect(answer).toEqual({ data: { id: 'ep_1' } });
  expect(server.seen).toMatchObject([
    {
      method: 'PUT',
      url: '/hooks/api/webhooks/a%2Fb%20%C3%BC?userId=a+%26+b',
      headers: { authorization: 'Bearer hl_x', 'content-type': 'application/json' },
      body: '{"active":false}',
    },
  ]);
});

test('a call without a body sends no content type, and a query without values sends no question mark', async () => {
  const server = await startServer(json(200, { data: [] }));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  await client.listEvents({ query: { repository: undefined } });
  expect(server.seen).toMatchObject([{ method: 'GET', url: '/api/webhook-events', body: '' }]);
  expect(server.seen[0]?.headers['content-type']).toBeUndefined();
});

test('an id that would change the path is refused before it is sent', async () => {
  const client = createApiClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'hl_x' });
  for (const id of ['', '.', '..']) {
    await expect(client.getEndpoint({ params: { id } })).rejects.toThrow(/^params\.id must not be /);
  }
});

test('a request body comes back as bytes, even where it is JSON', async () => {
  const server = await startServer(json(200, { a: 1 }));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  const bytes = await client.getRawEventRequest({ params: { id: 'evt_1' } });
  expect(bytes).toBeInstanceOf(Uint8Array);
  expect(new TextDecoder().decode(bytes)).toBe('{"a":1}');
});

test('an error answer is an ApiError with status, code, message, requestId and issues', async () => {
  const issues = [{ path: 'body/url', message: 'is missing' }];
  const server = await startServer(
    json(400, {
      error: 'body/url is missing',
      code: 'invalid_request',
      details: issues,
      requestId: 'req_7',
    }),
  );
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  const error = await client.createEndpoint({ body: { name: 'a', url: '', events: ['*'] } }).catch((e) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect({ ...error, message: error.message }).toEqual({
    name: 'ApiError',
    status: 400,
    code: 'invalid_request',
    message: 'body/url is missing',
    requestId: 'req_7',
    issues,
    retryAfterSeconds: undefined,
  });
});

test('an error page of a proxy is an ApiError with the code `unknown`', async () => {
  const server = await startServer((response) => void response.writeHead(502).end('<h1>Bad Gateway</h1>'));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  await expect(client.getLedger()).rejects.toMatchObject({
    name: 'ApiError',
    status: 502,
    code: 'unknown',
    message: 'The server answered with status 502',
    issues: [],
  });
  expect(server.seen).toHaveLength(1);
});

test('an idempotent call is tried again after 503 and 429, at the time that Retry-After asks for', async () => {
  const server = await startServer(
    unavailable('1'),
    json(429, { error: 'Too many requests', code: 'rate_limited', requestId: 'r' }, { 'retry-after': '0' }),
    json(200, { data: [] }),
  );
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  const startedAt = performance.now();
  expect(await client.listEndpoints()).toEqual({ data: [] });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  expect(server.seen).toHaveLength(3);
});

test('a call that is not idempotent is not tried again, unless it has an idempotency key', async () => {
  const server = await startServer(unavailable('0'));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  const body = { type: 'order.paid', data: {} };
  await expect(client.publishEvent({ body })).rejects.toMatchObject({ code: 'shutting_down', status: 503 });
  expect(server.seen).toHaveLength(1);
  await expect(client.publishEvent({ body }, { idempotencyKey: 'k1' })).rejects.toMatchObject({
    status: 503,
  });
  expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined, 'k1', 'k1', 'k1']);
});

test('a Retry-After over 30 s ends the call with the error, which has the time', async () => {
  const server = await startServer(unavailable('3600'));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x' });
  await expect(client.getLedger()).rejects.toMatchObject({ status: 503, retryAfterSeconds: 3_600 });
  expect(server.seen).toHaveLength(1);
});

test('a call that takes longer than its timeout is an ApiConnectionError `timeout`', async () => {
  const server = await startServer((response) => void response.writeHead(200).write('{"data"'));
  const client = createApiClient({ baseUrl: server.url, apiKey: 'hl_x', timeoutMs: 60_000 });
  await expect(client.getLedger({}, { timeoutMs: 100 })).rejects.toMatchObject({
    name: 'ApiConnectionError',
    code: 'timeout',
    message: `GET ${server.url}/api/ledger was not answered within 100 ms`,
  });
});

test('a connection that fails, or breaks within the answer, is an ApiConnectionError `connection_failed`', async () => {
  const server = await startServer((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data"');
    setImmediate(() => response.destroy());
  });
  for (const baseUrl of [server.url, 'http://127.0.0.1:1']) {
    const error = await createApiClient({ baseUrl, apiKey: 'hl_x' })
      .getLedger()
      .catch((e) => e);
    expect(error).toBeInstanceOf(ApiConnectionError);
    expect(error.code).toBe('connection_failed');
    expect(error.cause).toBeInstanceOf(Error);
  }
});

test('a signal ends a call, and the wait before the next try, with its reason', async () => {
  const reason = new Error('no longer needed');
  const silent = await startServer(() => {});
  const busy = await startServer(unavailable('20'));
  for (const { url, seen } of [silent, busy]) {
    const controller = new AbortController();
    const call = createApiClient({ baseUrl: url, apiKey: 'hl_x' }).getLedger(
      {},
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(reason), 100);
    await expect(call).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  }
});

test('a `fetch` of its own is used in place of the platform', async () => {
  const urls: string[] = [];
  const client = createApiClient({
    baseUrl: 'https://hooks.example.com',
    apiKey: 'hl_x',
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json({ data: [] });
    },
  });
  await client.listApiKeys({ query: { limit: 5 } });
  expect(urls).toEqual(['https://hooks.example.com/api/keys?limit=5']);
});
