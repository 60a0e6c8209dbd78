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
