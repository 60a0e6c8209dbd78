import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompatibilitySystem, startCompatibilitySystem, untilThere } from '../../src/index.ts';

/** "Webhook System Documentation" for Instagram and Facebook, line by line. */
const secret = 'an-app-secret';
let system: CompatibilitySystem;

beforeAll(async () => {
  system = await startCompatibilitySystem();
});
afterAll(() => system?.stop());

const body = JSON.stringify({
  object: 'page',
  entry: [
    {
      id: 'P1',
      time: 1_458_692_752_478,
      changes: [{ field: 'feed', value: { item: 'status', post_id: '1' } }],
    },
  ],
});
const sign = (by: string) => `sha256=${createHmac('sha256', by).update(body).digest('hex')}`;
const send = (headers: Record<string, string>) =>
  system.curl('POST', '/webhook', { key: false, headers, body });

test('a missing or wrong signature is answered 401, with and without a configured secret', async () => {
  for (const headers of [{}, { 'x-hub-signature-256': sign('wrong') }] as Record<string, string>[])
    expect(await send(headers)).toMatchObject({ status: 401, json: { error: 'Invalid signature' } });
  const created = await system.curl('POST', '/api/sources', {
    body: { provider: 'meta', secret, verifyToken: 'a-verify-token' },
  });
  expect(created.status).toBe(201);
  for (const headers of [{}, { 'x-hub-signature-256': sign('wrong') }] as Record<string, string>[])
    expect(await send(headers)).toMatchObject({ status: 401, json: { error: 'Invalid signature' } });
});

test('the handshake returns the challenge', async () => {
  const query = 'hub.mode=subscribe&hub.verify_token=a-verify-token&hub.challenge=1158201444';
  const answer = await system.curl('GET', `/webhook?${query}`, { key: false });
  expect([answer.status, String(answer.json)]).toEqual([200, '1158201444']);
});

test('an event is stored, listed with the documented filters, read, retried and deleted', async () => {
  const { curl, receiver } = system;
  receiver.status = 500;
  await curl('POST', '/api/webhooks', {
    body: { name: 'meta', url: receiver.url, events: ['meta.*'], maxRetries: 0 },
  });
  expect((await send({ 'x-hub-signature-256': sign(secret) })).status).toBe(200);
  const listed = await untilThere(async () => {
    const { json } = await curl(
      'GET',
      '/api/webhook-events?status=dead_letter&eventType=meta&limit=20&offset=0&pageId=P1',
    );
    return json.data.length > 0 ? json : undefined;
  }, 'the dead letter');
  expect(listed.page).toMatchObject({ total: 1, limit: 20, offset: 0 });
  expect(listed.data[0]).toMatchObject({
    provider: 'meta',
    status: 'dead_letter',
    retryCount: 0,
    lastError: expect.any(String),
    processedAt: null,
    receivedAt: expect.any(String),
  });
  const stats = await curl('GET', '/api/webhook-events/stats');
  expect(stats.json.data).toMatchObject({
    total: 1,
    pending: 0,
    processing: 0,
    processed: 0,
    failed: 0,
    dead_letter: 1,
  });
  const { id } = listed.data[0];
  expect((await curl('GET', `/api/webhook-events/${id}`)).json.data).toMatchObject({
    payload: expect.anything(),
  });

  receiver.status = 200;
  const retried = await curl('POST', `/api/webhook-events/${id}/retry`);
  expect(retried).toMatchObject({
    status: 202,
    json: { data: { message: expect.any(String), event: { id } } },
  });
  const processed = await untilThere(async () => {
    const { json } = await curl('GET', `/api/webhook-events/${id}`);
    return json.data.status === 'processed' ? json.data : undefined;
  }, 'the retry');
  expect(processed.processedAt).toMatch(/^20.*Z$/);

  expect((await curl('DELETE', `/api/webhook-events/${id}`)).json.data).toMatchObject({
    message: expect.any(String),
  });
  expect((await curl('GET', `/api/webhook-events/${id}`)).status).toBe(404);
});
