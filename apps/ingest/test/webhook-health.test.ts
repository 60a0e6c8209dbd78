import { expect, test } from 'vitest';
import { createHarness } from './harness.ts';

test('ingest answers GET /api/webhooks/health without a key and in less than 1 KB', async () => {
  const { startReplica } = await createHarness();
  const { url } = await startReplica();
  const response = await fetch(`${url}/api/webhooks/health`);
  const text = await response.text();
  expect([response.status, text.length < 1_024]).toEqual([200, true]);
  expect(JSON.parse(text)).toEqual({
    status: 'ok',
    service: 'webhook-receiver',
    timestamp: expect.stringMatching(/^20.*Z$/),
    endpoints: {
      github: '/api/webhooks/github/:userId',
      gmail: '/api/webhooks/gmail/:userId',
      slack: '/api/webhooks/slack/:userId',
      ':provider': '/api/webhooks/:provider/:userId',
    },
    data: { status: 'healthy', healthScore: 100, services: { ingest: 'ready' } },
  });
});

test('ingest reports itself as unhealthy while it can’t accept webhooks', async () => {
  const { startReplica, nats } = await createHarness();
  const { url } = await startReplica();
  await nats.stop();
  const ask = async () => (await (await fetch(`${url}/api/webhooks/health`)).json()) as unknown;
  await expect.poll(ask, { timeout: 10_000 }).toMatchObject({
    status: 'unhealthy',
    data: { status: 'unhealthy', healthScore: 0, services: { ingest: 'not_ready' } },
  });
});
