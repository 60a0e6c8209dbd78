import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createUpstream } from './upstream.ts';

test('the gateway waits for an answer as long as the operation allows, and no longer', async () => {
  const service = await startReceiver({
    respond: ({ path }) => (path === '/never' ? { hang: true } : { delayMs: 50 }),
  });
  const upstream = createUpstream('delivery', service.url);
  onTestFinished(async () => {
    await service.close();
    await upstream.close();
  });
  const send = (path: string, headersTimeoutMs: number) =>
    upstream.send({
      method: 'POST',
      path,
      headers: {},
      headersTimeoutMs,
      signal: new AbortController().signal,
    });
  const answer = await send('/soon', 28_000);
  expect(answer.statusCode).toBe(200);
  await answer.body.dump();
  await expect(send('/never', 100)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The delivery service did not answer in time',
  });
});

test('an answer is cut after the total time, unless it is a stream', async () => {
  const server = createServer((_request, response) => {
    response.write('begin');
    setTimeout(() => response.end(' end'), 600);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream = createUpstream('delivery', `http://127.0.0.1:${port}`, 100);
  onTestFinished(async () => {
    await upstream.close();
    server.close();
    server.closeAllConnections();
  });
  const read = async (isStream: boolean) => {
    const { signal } = new AbortController();
    const answer = await upstream.send({ method: 'GET', path: '/', headers: {}, isStream, signal });
    return answer.body.text();
  };
  expect(await read(true)).toBe('begin end');
  await expect(read(false)).rejects.toThrow();
});
