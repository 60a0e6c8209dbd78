import { createHmac } from 'node:crypto';
import { ApiError, createApiClient } from '@hookline/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingReceiver, type System, startCountingReceiver, startSystem } from '../src/index.ts';

let system: System;
let receiver: CountingReceiver;

beforeAll(async () => {
  receiver = await startCountingReceiver();
  system = await startSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(async () => {
  await system?.stop();
  await receiver?.close();
});

const createClient = (apiKey: string = system.stack.secrets.operatorKey) =>
  createApiClient({ baseUrl: system.stack.urls.gateway, apiKey });

test('the client creates an endpoint, publishes an event and follows it to its delivery', async () => {
  const api = createClient();
  const endpoint = await api.createEndpoint({
    body: { name: 'orders', url: receiver.url, events: ['order.*'] },
  });
  expect(endpoint.data.secret).toMatch(/^whsec_/);
  const { data: published } = await api.publishEvent(
    { body: { type: 'order.paid', data: { total: 7 } } },
    { idempotencyKey: 'order-1' },
  );
  const again = await api.publishEvent(
    { body: { type: 'order.paid', data: { total: 7 } } },
    { idempotencyKey: 'order-1' },
  );
  expect(again.data).toEqual({ id: published.id, duplicate: true });

  await expect
    .poll(async () => (await api.listEvents({ query: { status: 'processed' } })).data.map(({ id }) => id), {
      timeout: 30_000,
    })
    .toEqual([published.id]);
  const deliveries = await api.listDeliveries({ query: { eventId: published.id, limit: 5 } });
  expect(deliveries.page.limit).toBe(5);
  expect(deliveries.data).toMatchObject([
    { webhookId: endpoint.data.id, status: 'success', payload: { total: 7 } },
  ]);
  const journey = await api.getJourney({ params: { id: published.id } });
  expect(journey.data.steps.map(({ step }) => step)).toContain('delivered');
});

test('the client reads, changes, pauses and deletes an endpoint', async () => {
  const api = createClient();
  const { data: created } = await api.createEndpoint({
    body: { name: 'a', url: receiver.url, events: ['*'] },
  });
  const params = { id: created.id };
  const { data: read } = await api.getEndpoint({ params });
  const { data: changed } = await api.updateEndpoint({ params, body: { name: 'b', maxRetries: null } });
  expect([read.name, changed.name, changed.maxRetries]).toEqual(['a', 'b', 3]);
  expect((await api.verifyEndpoint({ params })).data.checks.length).toBeGreaterThan(5);
  await api.deleteEndpoint({ params });
  await expect(api.getEndpoint({ params })).rejects.toMatchObject({ status: 404, code: 'not_found' });
});

test('the client returns the body of a received webhook byte for byte', async () => {
  const api = createClient();
  const secret = 'a secret of this test';
  const { data: source } = await api.createSource({ body: { provider: 'github', secret } });
  const sent = Buffer.from('{"zen" : "Half measures are as bad as nothing at all.",  "hook_id":1}');
  const webhook = await fetch(new URL(new URL(source.url).pathname, system.stack.urls.ingest), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/1',
      'x-github-event': 'ping',
      'x-github-delivery': '7b5e4c1e-0000-4000-8000-000000000001',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(sent).digest('hex')}`,
    },
    body: sent,
  });
  expect([webhook.ok, await webhook.text()]).toEqual([true, expect.any(String)]);
  const findId = async () => (await api.listEvents({ query: { provider: 'github' } })).data[0]?.id;
  await expect.poll(findId, { timeout: 30_000 }).toMatch(/^evt_/);
  const params = { id: (await findId()) as string };
  expect(Buffer.from(await api.getRawEventRequest({ params }))).toEqual(sent);
  expect((await api.getEventRequest({ params })).data.body.content).toBe(sent.toString());
});

test('a refused field throws an ApiError with an issue, and a refused key one with the code `unauthenticated`', async () => {
  const error = await createClient()
    .createEndpoint({ body: { name: '', url: 'https://example.com', events: ['a b'] } })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  const { status, code, issues, requestId } = error as ApiError;
  expect([status, code, issues.map(({ path }) => path)]).toEqual([
    400,
    'invalid_request',
    ['body/name', 'body/events/0'],
  ]);
  expect(requestId).toMatch(/./);
  await expect(createClient('hl_wrong').listEndpoints()).rejects.toMatchObject({
    status: 401,
    code: 'unauthenticated',
  });
});
