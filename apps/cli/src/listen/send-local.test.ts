import { createServer, type RequestListener, type Server } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import type { LocalRequest } from './local-request.ts';
import { sendLocal } from './send-local.ts';

const servers: Pick<Server, 'close' | 'closeAllConnections'>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`);
}

const post = (url: URL, overrides: Partial<LocalRequest> = {}): LocalRequest => ({
  method: 'POST',
  url: String(url),
  headers: [['content-type', 'application/json']],
  body: Buffer.from('{}'),
  ...overrides,
});
const options = (overrides: Partial<Parameters<typeof sendLocal>[1]> = {}) => ({
  timeoutMs: 10_000,
  insecure: false,
  signal: new AbortController().signal,
  ...overrides,
});

test('the server gets the method, the repeated headers and the bytes as they are', async () => {
  const body = Buffer.from([0, 0xff, 0x80]);
  const received: {
    method?: string | undefined;
    url?: string | undefined;
    headers: string[];
    body: Buffer;
  }[] = [];
  const url = await serve(async (request, response) => {
    const { method, url, rawHeaders } = request;
    received.push({ method, url, headers: rawHeaders, body: await buffer(request) });
    response.writeHead(201, { 'x-own': 'y' }).end('thanks');
  });
  const headers = [
    ['x-twice', 'one'],
    ['x-twice', 'two'],
  ] as const;
  const result = await sendLocal(post(url, { method: 'PUT', headers, body }), options());
  expect(result).toMatchObject({ kind: 'answered', status: 201, body: Buffer.from('thanks'), isCut: false });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ method: 'PUT', url: '/hook?a=1', body });
  expect(received[0]?.headers.join(' ')).toContain('x-twice one x-twice two');
});

test('a large answer is read to its end and kept in part', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(200_000)));
  const result = await sendLocal(post(url), options());
  expect(result).toMatchObject({ kind: 'answered', status: 200, isCut: true });
  if (result.kind === 'answered') expect(result.body.length).toBe(65_536);
});

test('nobody listens: refused, for each address of the name', async () => {
  const url = await serve(() => {});
  for (const server of servers.splice(0)) server.close();
  expect(await sendLocal(post(url), options())).toMatchObject({ kind: 'refused' });
  const byName = new URL(url);
  byName.hostname = 'localhost';
  expect(await sendLocal(post(byName), options())).toMatchObject({ kind: 'refused' });
});

test('a server that dies before its answer: broken', async () => {
  const url = await serve((request) => request.socket.destroy());
  expect(await sendLocal(post(url), options())).toMatchObject({ kind: 'broken' });
  const half = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
    setImmediate(() => response.destroy());
  });
  expect(await sendLocal(post(half), options())).toMatchObject({ kind: 'broken' });
});

test('a server that does not answer in time: timeout', async () => {
  const url = await serve(() => {});
  expect(await sendLocal(post(url), options({ timeoutMs: 50 }))).toMatchObject({ kind: 'timeout' });
});

test('a certificate of nobody is refused, unless it is to be accepted', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
  });
  const server = createTlsServer({ key, cert }, (_request, response) => response.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(await sendLocal(post(url), options())).toMatchObject({ kind: 'impossible' });
  expect(await sendLocal(post(url), options({ insecure: true }))).toMatchObject({
    kind: 'answered',
    status: 200,
  });
});

test('a server that speaks only HTTP/2 gets the same request', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
  });
  const received: unknown[] = [];
  const sessions = new Set<{ destroy(): void }>();
  const server = createHttp2Server({ key, cert }, async (request, response) => {
    received.push([request.method, request.url, request.headers['x-twice'], await buffer(request)]);
    response.writeHead(202, { 'x-own': 'y' }).end('thanks');
  });
  server.on('session', (session) => void sessions.add(session));
  servers.push({
    close: () => server.close(),
    closeAllConnections: () => {
      for (const session of sessions) session.destroy();
    },
  } as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`);
  const body = Buffer.from([0, 0xff]);
  const result = await sendLocal(
    post(url, { headers: [['x-twice', 'one']], body }),
    options({ insecure: true }),
  );
  expect(result).toMatchObject({ kind: 'answered', status: 202, body: Buffer.from('thanks') });
  expect(received).toEqual([['POST', '/hook?a=1', 'one', body]]);
});

test('a header that HTTP does not allow is not sent', async () => {
  const url = await serve((_request, response) => response.end());
  const headers = [['x-bad', 'a\nb']] as const;
  expect(await sendLocal(post(url, { headers }), options())).toMatchObject({ kind: 'impossible' });
});

test('stopping ends a request that waits', async () => {
  const stopping = new AbortController();
  const url = await serve(() => stopping.abort(new Error('stopped')));
  await expect(sendLocal(post(url), options({ signal: stopping.signal }))).rejects.toThrow('stopped');
});
