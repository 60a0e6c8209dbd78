import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAddressGuard } from './address-guard.ts';
import { createApiFetch } from './api-fetch.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function createClient() {
  const client = createApiFetch({ guard: createAddressGuard({ allowPrivate: true }) });
  onTestFinished(() => client.close());
  return client;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;

test('an answer keeps the headers that say how to continue and what the token may do, and no others', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(200, {
      etag: '"1"',
      'last-modified': 'Tue, 01 Dec 2026 00:00:00 GMT',
      link: '</2>; rel="next"',
      'retry-after': '5',
      // No scope is granted: that is not the same as no header.
      'x-oauth-scopes': '',
      'x-poll-interval': '60',
      'x-ratelimit-remaining': '12',
      'ratelimit-policy': '"a";q=100',
      'x-ratelimit-reset-after': '1.5',
      'set-cookie': 'session=1',
      'x-internal': 'no',
    });
    response.end('{}');
  });
  const { headers } = await createClient().call(get(`${origin}/`));
  expect(Object.keys(headers).sort()).toEqual([
    'date',
    'etag',
    'last-modified',
    'link',
    'ratelimit-policy',
    'retry-after',
    'x-oauth-scopes',
    'x-poll-interval',
    'x-ratelimit-remaining',
    'x-ratelimit-reset-after',
  ]);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
  '%s sends its headers and its body',
  async (method) => {
    const origin = await serve(async (request, response) => {
      response.end(`${request.method} ${request.headers['authorization']} ${await bodyOf(request)}`);
    });
    const { body } = await createClient().call({
      method,
      url: origin,
      headers: { authorization: 'Bearer t' },
      body: '{"a":1}',
    });
    expect(body.toString()).toBe(`${method} Bearer t {"a":1}`);
  },
);

test('a permanent redirect is followed with the same method and body, and its address is reported', async () => {
  const origin = await serve(async (request, response) => {
    if (request.url === '/old') response.writeHead(301, { location: '/new' }).end('moved');
    else response.end(`${request.method} ${request.url} ${await bodyOf(request)}`);
  });
  const answer = await createClient().call({
    method: 'PATCH',
    url: `${origin}/old`,
    headers: {},
    body: 'x',
  });
  expect(answer).toMatchObject({ status: 200, movedTo: `${origin}/new` });
  expect(answer.body.toString()).toBe('PATCH /new x');
});

test('a temporary redirect is followed, and reports no new address', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(307, { location: '/b' }).end();
    else if (request.url === '/b') response.writeHead(301, { location: '/c' }).end();
    else response.end('here');
  });
  const answer = await createClient().call(get(`${origin}/a`));
  expect(answer.status).toBe(200);
  expect(answer.movedTo).toBeUndefined();
});

test.each([301, 307, 308])(
  'with followRedirects: false a redirect by %i is returned, and nothing is sent to its address',
  async (status) => {
    const paths: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    const sent = { method: 'POST', url: `${origin}/token`, headers: {}, body: 'a' } as const;
    const answer = await createClient().call(sent, { followRedirects: false });
    expect([answer.status, answer.headers['location'], answer.movedTo]).toEqual([
      status,
      '/elsewhere',
      undefined,
    ]);
    expect(paths).toEqual(['/token']);
  },
);

test('redirects are followed at most twice', async () => {
  let calls = 0;
  const origin = await serve((_request, response) => {
    calls++;
    response.writeHead(308, { location: '/again' }).end();
  });
  expect(await createClient().call(get(origin))).toMatchObject({
    status: 308,
    headers: { location: '/again' },
  });
  expect(calls).toBe(3);
});

test.each([302, 303])('a redirect by %i is returned and not followed', async (status) => {
  const origin = await serve((_request, response) => response.writeHead(status, { location: '/b' }).end());
  expect((await createClient().call(get(origin))).status).toBe(status);
});

test('a token never goes to another host, scheme or port', async () => {
  let reached = false;
  const other = await serve((_request, response) => {
    reached = true;
    response.end();
  });
  const targets = [`${other}/`, 'https://127.0.0.1/', '//example.com/', 'file:///etc/hostname', 'http://['];
  let target = '';
  const origin = await serve((_request, response) => response.writeHead(301, { location: target }).end());
  const client = createClient();
  for (target of targets) {
    const answer = await client.call({ ...get(origin), headers: { authorization: 'Bearer t' } });
    expect(answer.status).toBe(301);
    expect(answer.movedTo).toBeUndefined();
  }
  expect(reached).toBe(false);
});

test('a body over the limit is an error, and a body of megabytes within it is not', async () => {
  const origin = await serve((_request, response) => response.end(Buffer.alloc(3_000_000, 'a')));
  const client = createClient();
  expect((await client.call(get(origin))).body.length).toBe(3_000_000);
  await expect(client.call(get(origin), { maxBytes: 2_999_999 })).rejects.toMatchObject({
    code: 'answer_too_long',
  });
});

test('one deadline covers the headers, the redirects and a body that trickles', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/') return void response.writeHead(307, { location: '/slow' }).end();
    response.writeHead(200);
    const timer = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const startedAt = performance.now();
  await expect(createClient().call(get(`${origin}/`), { timeoutMs: 200 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('the signal ends a call that hangs', async () => {
  const origin = await serve(() => undefined);
  const stop = new AbortController();
  const call = createClient().call(get(origin), { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('shutting down')), 50);
  await expect(call).rejects.toThrow('shutting down');
});

test('an address that is not public is refused before anything is sent', async () => {
  const client = createApiFetch({ guard: createAddressGuard({ allowPrivate: false }) });
  onTestFinished(() => client.close());
  await expect(client.call(get('http://127.0.0.1:8080/'))).rejects.toMatchObject({
    code: 'address_not_allowed',
  });
});
