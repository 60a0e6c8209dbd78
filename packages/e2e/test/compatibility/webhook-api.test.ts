import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompatibilitySystem, startCompatibilitySystem } from '../../src/index.ts';

/** "Webhook System Implementation Summary": every route of its API, with its defaults and bounds. */
let system: CompatibilitySystem;

beforeAll(async () => {
  system = await startCompatibilitySystem();
});
afterAll(() => system?.stop());

const EVENTS = {
  project: ['created', 'updated', 'deleted'],
  session: ['started', 'ended', 'message', 'paused', 'resumed'],
  recording: ['completed', 'failed'],
  agent: ['connected', 'disconnected', 'status_changed'],
  subscription: ['created', 'updated', 'cancelled'],
  payment: ['succeeded', 'failed'],
  storage: ['quota_warning', 'quota_exceeded'],
  user: ['created', 'updated', 'deleted'],
};

test('every documented event type is listed and can be subscribed to', async () => {
  const { json } = await system.curl('GET', '/api/webhooks/events');
  const listed = json.data.map(({ type }: { type: string }) => type);
  const all = Object.entries(EVENTS).flatMap(([of, names]) => names.map((name) => `${of}.${name}`));
  expect(listed).toEqual(expect.arrayContaining(all));
  const created = await system.curl('POST', '/api/webhooks', {
    body: { name: 'all', url: system.receiver.url, events: all },
  });
  expect([created.status, created.json.warnings]).toEqual([201, undefined]);
});

test('a webhook is created, listed, read, changed, tested, rotated and deleted', async () => {
  const { curl, receiver } = system;
  const body = { name: 'Test Webhook', url: receiver.url, events: ['project.created'] };
  const { status, json } = await curl('POST', '/api/webhooks', { body });
  expect(status).toBe(201);
  const { id, secret } = json.data;
  expect(json.data).toMatchObject({ ...body, maxRetries: 3, retryDelay: 60, active: true, headers: {} });

  const listed = await curl('GET', '/api/webhooks');
  expect(listed.json.data.map((each: { id: string }) => each.id)).toContain(id);
  expect(JSON.stringify(listed.json)).not.toContain(secret);
  expect((await curl('GET', `/api/webhooks/${id}`)).json.data).toMatchObject({ id, recentDeliveries: [] });

  const change = { maxRetries: 10, retryDelay: 10, headers: { 'X-Custom': 'a' }, active: false };
  expect((await curl('PUT', `/api/webhooks/${id}`, { body: change })).json.data).toMatchObject(change);
  for (const wrong of [{ maxRetries: 11 }, { retryDelay: 9 }, { retryDelay: 3_601 }, { events: [] }])
    expect((await curl('PUT', `/api/webhooks/${id}`, { body: wrong })).status).toBe(400);
  await curl('PUT', `/api/webhooks/${id}`, { body: { active: true } });

  const before = receiver.requests.length;
  expect((await curl('POST', `/api/webhooks/${id}/test`)).status).toBe(202);
  await receiver.waitFor(before + 1);
  expect(receiver.requests[before]?.headers['x-custom']).toBe('a');

  const rotated = await curl('POST', `/api/webhooks/${id}/regenerate-secret`);
  expect(rotated.status).toBe(200);
  expect(rotated.json.data.secret).not.toBe(secret);

  for (const status of ['PENDING', 'SENDING', 'SUCCESS', 'FAILED', 'RETRYING'])
    expect((await curl('GET', `/api/webhooks/${id}/deliveries?status=${status}&limit=10`)).status).toBe(200);
  expect((await curl('GET', `/api/webhooks/${id}/stats`)).json.data).toMatchObject({
    total: expect.any(Number),
    success: expect.any(Number),
    failed: 0,
    pending: expect.any(Number),
    retrying: 0,
  });

  expect((await curl('DELETE', `/api/webhooks/${id}`)).status).toBe(200);
  expect((await curl('GET', `/api/webhooks/${id}`)).status).toBe(404);
});

test('Stripe and Clerk have an address that refuses unsigned requests', async () => {
  for (const provider of ['stripe', 'clerk']) {
    const answer = await system.curl('POST', `/api/webhooks/${provider}`, {
      key: false,
      body: '{"id":"evt_1","type":"charge.succeeded"}',
    });
    expect([provider, answer.status]).toEqual([provider, 401]);
  }
});

test('the queue reports its statistics, sends failed deliveries again, pauses and resumes', async () => {
  const { curl } = system;
  expect((await curl('GET', '/api/webhooks/queue/stats')).json.data).toMatchObject({ paused: false });
  expect((await curl('POST', '/api/webhooks/queue/retry-failed')).status).toBe(202);
  expect((await curl('POST', '/api/webhooks/queue/pause')).status).toBe(200);
  expect((await curl('GET', '/api/webhooks/queue/stats')).json.data).toMatchObject({ paused: true });
  expect((await curl('POST', '/api/webhooks/queue/resume')).status).toBe(200);
});

test('without a key every call is answered 401', async () => {
  for (const [method, path] of [
    ['GET', '/api/webhooks'],
    ['POST', '/api/webhooks'],
    ['GET', '/api/webhooks/queue/stats'],
    ['POST', '/api/webhooks/queue/retry-failed'],
  ] as const)
    expect((await system.curl(method, path, { key: false })).status).toBe(401);
});
