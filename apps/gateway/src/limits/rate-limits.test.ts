import { operations } from '@hookline/contracts';
import {
  createHealth,
  createHttpServer,
  createLogger,
  createMetrics,
  mountOperation,
} from '@hookline/service';
import { expect, test } from 'vitest';
import { createRateLimits, type RateLimitOptions } from './rate-limits.ts';

function start(limits: Partial<RateLimitOptions>) {
  const metrics = createMetrics('gateway');
  const app = createHttpServer({
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    health: createHealth(),
    metrics,
    dependencies: [],
  });
  const all = { perKey: 0, perAddress: 0, publishesPerKey: 0, windowSeconds: 86_400, ...limits };
  const rateLimits = createRateLimits(all, metrics);
  void app.register((scope, _options, done) => {
    rateLimits.limitCalls(scope);
    mountOperation(scope, operations.listApiKeys, authenticate, () => '{}');
    mountOperation(scope, operations.createApiKey, authenticate, () => '{}');
    done();
  });
  void app.register((scope, _options, done) => {
    rateLimits.limitPublishes(scope);
    mountOperation(scope, operations.publishEvent, authenticate, () => '{}');
    done();
  });
  const call = async (keyId: string, method: 'GET' | 'POST' = 'GET', url = '/api/keys', payload?: object) =>
    app.inject({ method, url, headers: { key: keyId }, ...(payload ? { payload } : {}) });
  return { call, metrics };
}

const authenticate = (request: { headers: Record<string, unknown> }) =>
  ({ role: 'operator', keyId: String(request.headers['key']) }) as const;

test('a key that has used up its calls is refused before its body is read, and other keys are not', async () => {
  const { call, metrics } = start({ perKey: 1 });
  const first = await call('a');
  expect([first.statusCode, first.headers['ratelimit-policy'], first.headers['ratelimit']]).toEqual([
    200,
    '"key";q=1;w=86400',
    '"key";r=0;t=86400',
  ]);
  const refused = await call('a', 'POST', '/api/keys', { name: 1 });
  expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(86_000);
  expect((await call('b')).statusCode).toBe(200);
  expect(await metrics.getSingleMetricAsString('hookline_gateway_rate_limited_total')).toContain(
    'hookline_gateway_rate_limited_total{limit="key",service="gateway"} 1',
  );
});

test('both limits of a call are in one field, and the address counts with any key', async () => {
  const { call } = start({ perKey: 10, perAddress: 2 });
  expect((await call('a')).headers['ratelimit']).toBe('"key";r=9;t=8640, "ip";r=1;t=43200');
  expect((await call('b')).headers['ratelimit-policy']).toBe('"key";q=10;w=86400, "ip";q=2;w=86400');
  const refused = await call('c');
  expect([refused.statusCode, refused.headers['ratelimit']]).toEqual([429, '"ip";r=0;t=86400']);
});

test('publishing has a limit of its own, and uses up none of the others', async () => {
  const { call } = start({ perKey: 1, perAddress: 1, publishesPerKey: 1 });
  const publish = () => call('a', 'POST', '/api/events', { type: 'a.b', data: {} });
  expect((await publish()).headers['ratelimit']).toBe('"publish";r=0;t=86400');
  expect((await publish()).statusCode).toBe(429);
  expect((await call('a')).statusCode).toBe(200);
});

test('without limits nothing is refused, and answers have no fields of limits', async () => {
  const { call } = start({});
  for (let n = 0; n < 50; n++) {
    const { statusCode, headers } = await call('a');
    expect([statusCode, headers['ratelimit'], headers['ratelimit-policy']]).toEqual([
      200,
      undefined,
      undefined,
    ]);
  }
});
