import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { ReadRequest } from './read-kept-request.ts';
import { asksForMessage, headOf } from './send-http-message.ts';

const plain = (name: string, value: string) => ({ name, value, isSealed: false });

function readRequest(overrides: Partial<ReadRequest> = {}): ReadRequest {
  return {
    eventId: 'evt_1',
    requestId: null,
    method: 'POST',
    origin: 'https://hooks.example.com:8443',
    path: '/in/token',
    pathSuffix: '',
    query: '',
    isQuerySealed: false,
    headers: [],
    headersLeftOut: [],
    body: Buffer.from('{"a": 1.0}'),
    bodyIsPayload: true,
    ...overrides,
  };
}

/** Sends a message to a server of Node's, and returns the request as the server reads it. */
async function send(message: Buffer): Promise<{ request: IncomingMessage; body: Buffer }> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const read = once(server, 'request') as Promise<[IncomingMessage]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(message));
  const [request] = await read;
  return { request, body: await buffer(request) };
}

test('a server that gets the message reads the method, address, headers and bytes of the original request', async () => {
  const body = Buffer.from([0, 255, 13, 10, 13, 10, 60]);
  const message = readRequest({
    method: 'PUT',
    pathSuffix: '/a%20b/c',
    query: "x=it's&y=%7E",
    headers: [
      plain('x-twice', '1'),
      plain('content-type', 'text/html'),
      plain('x-twice', '2'),
      plain('x-odd', 'caf\u00e9'),
      plain('x-empty', ''),
    ],
    body,
  });
  const got = await send(Buffer.concat([Buffer.from(headOf(message), 'latin1'), body]));
  expect([got.request.method, got.request.url]).toEqual(['PUT', "/in/token/a%20b/c?x=it's&y=%7E"]);
  expect(got.request.rawHeaders).toEqual(
    [
      ['host', 'hooks.example.com:8443'],
      ['x-twice', '1'],
      ['content-type', 'text/html'],
      ['x-twice', '2'],
      ['x-odd', 'caf\u00e9'],
      ['x-empty', ''],
      ['content-length', '7'],
    ].flat(),
  );
  expect(got.body).toEqual(body);
});

test('neither a secret nor a query that contains one is in the message', () => {
  const head = headOf(
    readRequest({
      query: 'sealed-query',
      isQuerySealed: true,
      headers: [{ name: 'authorization', value: 'sealed-header', isSealed: true }],
    }),
  );
  expect(head).toBe(
    'POST /in/token HTTP/1.1\r\nhost: hooks.example.com:8443\r\nauthorization: [redacted]\r\ncontent-length: 10\r\n\r\n',
  );
});

test('a GET without a body has no length, and an event without an address has a path all the same', () => {
  expect(headOf(readRequest({ method: 'GET', body: Buffer.alloc(0), query: 'a=1' }))).toBe(
    'GET /in/token?a=1 HTTP/1.1\r\nhost: hooks.example.com:8443\r\n\r\n',
  );
  expect(headOf(readRequest({ origin: '', path: '' }))).toBe('POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n');
});

test.each([
  ['message/http', true],
  ['MESSAGE/HTTP;version=1.1', true],
  ['text/html, message/http;q=0.5', true],
  ['message/http;q=0', false],
  ['message/http; Q=0.00', false],
  ['*/*', false],
  ['message/httpx', false],
  ['', false],
  [undefined, false],
])('Accept: %s asks for the whole message: %s', (accept, asked) => {
  expect(asksForMessage(accept)).toBe(asked);
});
