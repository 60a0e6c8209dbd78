import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPublicResolver } from './resolve-host.ts';

/** A name server that receives every query and never answers. */
async function startSilentNameServer(): Promise<string> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

test('if several name servers never answer, the look-up fails after one deadline with a DNS error', async () => {
  const servers = await Promise.all(Array.from({ length: 4 }, startSilentNameServer));
  const resolve = createPublicResolver(servers);
  const start = performance.now();
  const error = await resolve('example.com').catch((thrown: unknown) => thrown);
  const tookMs = performance.now() - start;
  // Two tries for each server, one server after another, would take more than 18 s.
  expect(tookMs).toBeGreaterThan(2_500);
  expect(tookMs).toBeLessThan(9_000);
  expect(error).toMatchObject({ code: 'ETIMEOUT', syscall: expect.stringMatching(/^query/) });
});
