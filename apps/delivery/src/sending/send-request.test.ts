import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAddressGuard } from '@hookline/outbound';
import { expect, onTestFinished, test } from 'vitest';
import { createSender } from './send-request.ts';

test('a request whose time was up before there was a connection is never sent', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end();
  });
  const connected = once(server, 'connection');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const namesToResolve: (() => void)[] = [];
  const guard = createAddressGuard({
    allowPrivate: true,
    resolve: () =>
      new Promise((resolve) => {
        namesToResolve.push(() => resolve([{ address: '127.0.0.1', family: 4 }]));
      }),
  });
  const sender = createSender(guard);
  onTestFinished(async () => {
    await sender.close();
    server.close();
  });
  const send = (timeoutMs: number) =>
    sender.send({
      method: 'POST',
      url: new URL(`http://slow-name.hookline.dev:${port}/`),
      headers: {},
      body: Buffer.from('{}'),
      timeoutMs,
      partition: 'tenant',
    });

  const late = await send(50);
  expect(late).toMatchObject({ status: undefined, failure: { code: 'timeout' } });
  const resolveNames = () => {
    for (const resolve of namesToResolve.splice(0)) resolve();
  };
  resolveNames();
  await connected;
  const next = send(5_000);
  resolveNames();
  expect(await next).toMatchObject({ status: 200, failure: undefined });
  expect(requests).toBe(1);
});
