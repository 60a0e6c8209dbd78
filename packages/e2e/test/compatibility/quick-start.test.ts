import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CompatibilitySystem, startCompatibilitySystem, untilThere } from '../../src/index.ts';

/** "Webhook System - Quick Start Guide": outgoing webhooks, line by line. */
let system: CompatibilitySystem;

beforeAll(async () => {
  system = await startCompatibilitySystem();
});
afterAll(() => system?.stop());

test('the quick start works as it is written, from the first webhook to the retry of failures', async () => {
  const { curl, receiver } = system;
  const created = await curl('POST', '/api/webhooks', {
    body: {
      name: 'Test Webhook',
      url: receiver.url,
      events: ['project.created', 'session.started'],
      description: 'Testing webhook delivery',
    },
  });
  expect(created.status).toBe(201);
  const { id, secret } = created.json.data;
  expect(created.json.data).toMatchObject({
    active: true,
    maxRetries: 3,
    retryDelay: 60,
    timeoutSeconds: 30,
    secret: expect.any(String),
  });
  expect(created.json).not.toHaveProperty('warnings');

  expect((await curl('POST', `/api/webhooks/${id}/test`)).status).toBe(202);
  await receiver.waitFor(1);

  await curl('POST', '/api/events', {
    body: { type: 'project.created', data: { name: 'Test Project' } },
  });
  await receiver.waitFor(2);
  const { headers, body } = receiver.requests[1] as (typeof receiver.requests)[number];
  expect(JSON.parse(body)).toMatchObject({ type: 'project.created', data: { name: 'Test Project' } });
  // The documented receiver, which verifies JSON.stringify of the parsed body.
  const signed = `${headers['x-webhook-timestamp']}.${JSON.stringify(JSON.parse(body))}`;
  expect(headers['x-webhook-signature']).toBe(createHmac('sha256', secret).update(signed).digest('hex'));

  const history = await untilThere(async () => {
    const { json } = await curl('GET', `/api/webhooks/${id}/deliveries`);
    return json.data.length === 2 && json.data.every((each: { status: string }) => each.status === 'success')
      ? json
      : undefined;
  }, 'two deliveries');
  expect(history.page).toMatchObject({ total: 2, totalExact: true, limit: 100, offset: 0 });
  expect(history.data[0]).toMatchObject({
    webhookId: id,
    eventType: 'project.created',
    payload: { name: 'Test Project' },
    status: 'success',
    attempts: 1,
    responseCode: 200,
  });
  const byUpperCaseStatus = await curl(
    'GET',
    `/api/webhooks/${id}/deliveries?status=SUCCESS&limit=1&offset=1`,
  );
  expect(byUpperCaseStatus.json.data).toHaveLength(1);

  const stats = await curl('GET', `/api/webhooks/${id}/stats`);
  expect(stats.json.data).toMatchObject({ webhookId: id, successRate: expect.stringMatching(/^\d+\.\d\d$/) });
  const queue = await curl('GET', '/api/webhooks/queue/stats');
  expect(queue.json.data).toMatchObject({
    waiting: 0,
    active: expect.any(Number),
    completed: expect.any(Number),
    failed: 0,
    delayed: 0,
  });
  expect(await curl('GET', `/api/webhooks/${id}`)).toMatchObject({ status: 200, json: { data: { id } } });
});

test('failed deliveries are sent again, either all of them or those of one webhook', async () => {
  const { curl, receiver } = system;
  receiver.status = 500;
  const { json } = await curl('POST', '/api/webhooks', {
    body: { name: 'fails', url: receiver.url, events: ['session.started'], maxRetries: 0 },
  });
  const webhookId = json.data.id;
  for (const body of [undefined, { webhookId }]) {
    await curl('POST', '/api/events', { body: { type: 'session.started', data: {} } });
    const failed = await untilThere(async () => {
      const answer = await curl('GET', `/api/webhooks/${webhookId}/deliveries?status=failed`);
      return answer.json.data[0];
    }, 'a failed delivery');
    receiver.status = 200;
    const retried = await curl('POST', '/api/webhooks/queue/retry-failed', body ? { body } : {});
    expect(retried.status).toBe(202);
    await untilThere(async () => {
      const answer = await curl('GET', `/api/deliveries/${failed.id}`);
      return answer.json.data.status === 'success' ? true : undefined;
    }, 'the retry');
    receiver.status = 500;
  }
});
