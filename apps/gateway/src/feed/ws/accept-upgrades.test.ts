import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ApiError } from '@hookline/contracts';
import { createLogger } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import { acceptUpgrades, createWebSocketHandler } from './accept-upgrades.ts';

async function start(refusal?: ApiError): Promise<number> {
  const server = createServer();
  const handler = createWebSocketHandler({
    closeTimeoutMs: 100,
    async judge({ headers }) {
      if (refusal) throw refusal;
      if (headers.authorization !== 'Bearer right') throw new ApiError('unauthenticated');
      return { principal: { role: 'operator', keyId: 'k' }, scopes: ['admin'] };
    },
    onConnection: (socket) => socket.terminate(),
  });
  acceptUpgrades({
    server,
    handlerOf: (path) => (path === '/ws/webhooks' ? handler : undefined),
    logger: createLogger({ service: 'gateway', level: 'silent' }),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Asks for an upgrade, and returns what comes back until the connection ends. */
async function upgrade(port: number, headers: readonly string[]): Promise<{ head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(
    [
      'GET /ws/webhooks?token=hidden HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
      '',
      '',
    ].join('\r\n'),
  );
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head, body };
}

test('a refused upgrade is answered with the shape of every other error and the id of the request', async () => {
  const port = await start(new ApiError('overloaded', { retryAfterSeconds: 7 }));
  const { head, body } = await upgrade(port, ['X-Request-Id: mine-1']);
  const [statusLine, ...headers] = head.split('\r\n');
  expect(statusLine).toBe('HTTP/1.1 503 Service Unavailable');
  expect(headers).toEqual(
    expect.arrayContaining([
      'x-request-id: mine-1',
      'retry-after: 7',
      'content-type: application/json; charset=utf-8',
      'x-content-type-options: nosniff',
    ]),
  );
  expect(JSON.parse(body)).toMatchObject({ code: 'overloaded', requestId: 'mine-1' });
});

test('a refused upgrade of a caller that accepts problem details is answered with them', async () => {
  const port = await start();
  const { head, body } = await upgrade(port, [
    'Authorization: Bearer wrong',
    'Accept: application/problem+json',
    'X-Request-Id: bad id',
  ]);
  expect(head).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
  expect(head).toContain('\r\ncontent-type: application/problem+json; charset=utf-8\r\n');
  const problem = JSON.parse(body);
  expect(problem).toMatchObject({ code: 'unauthenticated', status: 401, instance: '/ws/webhooks' });
  expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(head).toContain(`\r\nx-request-id: ${problem.requestId}`);
});

test('an accepted upgrade has the id of its request', async () => {
  const port = await start();
  const { head } = await upgrade(port, ['Authorization: Bearer right', 'X-Request-Id: mine-2']);
  expect(head).toMatch(/^HTTP\/1\.1 101 /);
  expect(head.split('\r\n')).toContain('x-request-id: mine-2');
});
