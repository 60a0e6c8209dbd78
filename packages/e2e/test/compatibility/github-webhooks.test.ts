import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompatibilitySystem, startCompatibilitySystem, untilThere } from '../../src/index.ts';

/** "Enhanced GitHub Webhook System", line by line. */
const secret = 'your-webhook-secret';
let system: CompatibilitySystem;

beforeAll(async () => {
  system = await startCompatibilitySystem({ GITHUB_WEBHOOK_SECRET: secret, WEBHOOK_MAX_RETRIES: '5' });
});
afterAll(() => system?.stop());

const providerDeliveryId = randomUUID();

async function send(event: string, payload: object, id: string = randomUUID()) {
  const body = JSON.stringify({ repository: { full_name: 'org/repo' }, ...payload });
  return system.curl('POST', '/api/webhooks/github', {
    key: false,
    headers: {
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'user-agent': 'GitHub-Hookshot/044aadd',
    },
    body,
  });
}

test('a received webhook is found by every documented filter and can be replayed by its delivery id', async () => {
  const { curl, receiver } = system;
  expect(
    (await send('workflow_job', { action: 'queued', workflow_job: { name: 'build' } }, providerDeliveryId))
      .status,
  ).toBe(200);
  const filters =
    'repository=org/repo&event=workflow_job&action=queued&processed=true&startDate=2026-01-01&endDate=2099-01-01';
  const found = await untilThere(async () => {
    const { json } = await curl('GET', `/api/webhook-events?${filters}&limit=100&offset=0`);
    expect(json).toHaveProperty('data');
    return json.data.length > 0 ? json : undefined;
  }, 'the event');
  expect(found.page).toMatchObject({ total: 1, limit: 100, offset: 0 });
  expect(found.data[0]).toMatchObject({ providerDeliveryId, type: 'github.workflow_job.queued' });

  // No endpoint matches the event so far.
  expect((await curl('POST', `/api/webhooks/replay/${providerDeliveryId}`)).status).toBe(409);
  const created = await curl('POST', '/api/webhooks', {
    body: { name: 'jobs', url: receiver.url, events: ['workflow_job'] },
  });
  expect(created.json.data).toMatchObject({ maxRetries: 5 });
  expect((await curl('POST', `/api/webhooks/replay/${providerDeliveryId}`)).status).toBe(202);
  await receiver.waitFor(1);
  expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
    data: { workflow_job: { name: 'build' } },
  });
});

test('GET /api/webhooks/events lists event types, and with a filter for events names the route that lists events', async () => {
  const types = await system.curl('GET', '/api/webhooks/events/types');
  expect(types.json.data.github).toEqual(expect.arrayContaining(['github.workflow_job', 'github.push']));
  const asked = await system.curl('GET', '/api/webhooks/events?repository=org/repo&limit=10');
  expect(asked.status).toBe(400);
  expect(asked.json.error).toContain('GET /api/webhook-events?repository=org/repo&limit=10');
});

test('every listed event type can be subscribed to, and a type that is not listed causes a warning', async () => {
  const { json } = await system.curl('GET', '/api/webhooks/events/types');
  const listed: string[] = Object.values(json.data as Record<string, string[]>).flat();
  for (let from = 0; from < listed.length; from += 200) {
    const answer = await system.curl('POST', '/api/webhooks', {
      body: {
        name: 'types',
        url: system.receiver.url,
        events: listed.slice(from, from + 200),
        active: false,
      },
    });
    expect([answer.status, answer.json.warnings]).toEqual([201, undefined]);
  }
  const unknown = await system.curl('POST', '/api/webhooks', {
    body: { name: 'typo', url: system.receiver.url, events: ['push', 'github.workflow_jbo'], active: false },
  });
  expect(unknown.status).toBe(201);
  expect(unknown.json.warnings).toEqual([
    {
      code: 'unknown_event_type',
      path: 'body/events/1',
      message: expect.stringContaining('github.workflow_job'),
    },
  ]);
  const changed = await system.curl('PUT', `/api/webhooks/${unknown.json.data.id}`, {
    body: { events: ['projct.created'] },
  });
  expect(changed.json.warnings).toHaveLength(1);
  const replay = await system.curl('POST', '/api/replays', {
    body: { userId: 'default', selection: { kind: 'events', eventType: 'github.psuh' }, dryRun: true },
  });
  expect([replay.status, replay.json.warnings?.[0]?.path]).toEqual([202, 'body/selection/eventType']);
});

test('statistics, health and failures have the documented fields', async () => {
  const { curl } = system;
  const statistics = await untilThere(async () => {
    const { json } = await curl('GET', '/api/webhooks/statistics?hours=24');
    return json.data.byEvent.length > 0 ? json : undefined;
  }, 'statistics');
  expect(statistics.data.summary).toMatchObject({
    totalEvents: expect.any(Number),
    processedEvents: expect.any(Number),
    pendingEvents: expect.any(Number),
    failedEvents: 0,
    successRate: '100.00',
    avgProcessingTimeMs: expect.any(Number),
  });
  expect(statistics.data.byEvent[0]).toMatchObject({
    event: 'workflow_job',
    total: expect.any(Number),
    failed: 0,
  });
  const health = await curl('GET', '/api/webhooks/health');
  expect(health.json.data).toMatchObject({
    status: 'healthy',
    healthScore: 100,
    recentEvents: expect.any(Number),
    failedWebhooksCount: 0,
    metrics: { hourly: { total: expect.any(Number), failed: 0, avgProcessingTimeMs: expect.any(Number) } },
  });
  expect(await curl('GET', '/api/webhooks/failed?limit=10')).toMatchObject({
    status: 200,
    json: { data: [] },
  });
  expect((await curl('GET', '/api/webhooks/failed')).json.page.limit).toBe(10);
  expect((await curl('POST', '/api/webhooks/retry-failed')).status).toBe(202);
});

test('the test webhook is delivered with a workflow job in its data', async () => {
  const { curl, receiver } = system;
  const before = receiver.requests.length;
  const body = { eventType: 'workflow_job', repository: 'test/repo', action: 'queued' };
  expect((await curl('POST', '/api/webhooks/test', { body })).status).toBe(202);
  await receiver.waitFor(before + 1);
  const { data } = JSON.parse(receiver.requests[before]?.body ?? '');
  expect(`Job ${data.workflow_job.name} is ${data.action}`).toBe('Job build is queued');
  expect((await curl('POST', '/api/webhooks/test', { body: { eventType: 'workflow_jbo' } })).status).toBe(
    400,
  );
});
