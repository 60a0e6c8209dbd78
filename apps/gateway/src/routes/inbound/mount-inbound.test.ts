import type { AddressInfo } from 'node:net';
import { PROVIDER_NAMES as providers } from '@hookline/providers/names';
import { createHealth, createHttpServer, createLogger, createMetrics } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import type { RouteContext } from '../context.ts';
import { mountInbound } from './mount-inbound.ts';

/** A gateway with an operation on endpoints, and an ingest that is away. */
async function start() {
  const forwarded: string[] = [];
  const app = createHttpServer({
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    health: createHealth(),
    metrics: createMetrics('gateway'),
    dependencies: [],
  });
  onTestFinished(() => app.close());
  const ingest = {
    send({ method, path }: { method: string; path: string }) {
      forwarded.push(`${method} ${path}`);
      throw new Error('ingest is away');
    },
  };
  mountInbound(app, { upstreams: { ingest }, providers } as unknown as RouteContext);
  app.all('/api/webhooks/:id/:operation', () => 'an operation on an endpoint');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const send = async (method: string, path: string) =>
    await (await fetch(`http://127.0.0.1:${port}${path}`, { method })).text();
  return { send, forwarded };
}

test('a path with the id or the alias of any provider is forwarded to ingest, and one with another name is not', async () => {
  const { send, forwarded } = await start();
  for (const provider of providers) {
    await send('POST', `/api/webhooks/${provider}/test`);
    await send('GET', `/api/webhooks/${provider}/acme/?a=1`);
  }
  expect(forwarded).toEqual(
    providers.flatMap((provider) => [
      `POST /api/webhooks/${provider}/test`,
      `GET /api/webhooks/${provider}/acme/?a=1`,
    ]),
  );
  for (const name of ['ep_01', 'githubx', 'xgithub', 'GitHub', 'github|slack']) {
    const answer = await send('POST', `/api/webhooks/${encodeURIComponent(name)}/test`);
    expect([name, answer]).toEqual([name, 'an operation on an endpoint']);
  }
  expect(forwarded).toHaveLength(2 * providers.length);
});

test('metrics show one short route for all providers', async () => {
  const { send } = await start();
  for (const provider of ['github', 'slack']) await send('POST', `/api/webhooks/${provider}/acme`);
  const metrics = await send('GET', '/metrics');
  const routes = metrics.match(/hookline_http_request_duration_seconds_count\{[^}]*\} \d+/g);
  expect(routes).toEqual([
    expect.stringMatching(/method="POST",route="\/api\/webhooks\/:provider\/:userId",status="500".*\} 2$/),
  ]);
});
