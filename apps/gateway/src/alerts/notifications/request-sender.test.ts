import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createAddressGuard } from '@hookline/outbound';
import { expect, onTestFinished, test } from 'vitest';
import { createRequestSender } from './request-sender.ts';

const sender = createRequestSender(createAddressGuard({ allowPrivate: true }), 'Hookline-test');

/** A server that closes each connection when it has data. */
async function listen(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/in`, close };
}

const send = (url: string) => sender.send({ method: 'POST', url, headers: {}, body: '{}' }, (text) => text);

test('a channel that breaks off or refuses the connection is explained in words, not by a code', async () => {
  onTestFinished(() => sender.close());
  const { url, close } = await listen();
  expect(await send(url)).toEqual({
    sent: false,
    status: null,
    error: 'The connection was closed before the answer',
  });
  await close();
  expect(await send(url)).toEqual({ sent: false, status: null, error: 'The host refused the connection' });
});
