import { ensurePayloadObjects } from '@hookline/bus';
import { deliveryId, toSubjectToken } from '@hookline/contracts';
import { startReceiver, until } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, newTenant, waitForDelivery } from '../harness.ts';
import { readDeadLetters } from '../support/read-dead-letters.ts';

// The tests run concurrently, on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

/** The tests run concurrently, each on its own servers. */
async function setUp(onTestFinished: (clean: () => void | Promise<void>) => void) {
  const harness = await createHarness({ leaseSeconds: 8 });
  const receiver = await startReceiver({ respond: () => ({ status: 500, body: 'no' }) });
  onTestFinished(async () => {
    await receiver.close();
    await harness.stop();
  });
  const replica = await harness.startReplica();
  const tenant = newTenant();
  const waitUntilCleared = () =>
    until(
      async () => (await harness.asOwner('select from deliveries where due_at is not null')).length === 0,
      {
        what: 'nothing to be due',
      },
    );
  return { harness, receiver, replica, tenant, waitUntilCleared };
}

test.concurrent('a delivery that gave up is on DEAD_LETTERS once, with its payload unchanged', async ({
  onTestFinished,
}) => {
  const { harness, receiver, replica, tenant, waitUntilCleared } = await setUp(onTestFinished);
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1] });
  const payload = '{ "big": 9007199254740993, "text": "ключ" }';
  const time = '2026-01-02T03:04:05.678Z';
  const eventId = await harness.publish({ tenant, type: 'project.created', time, payload });
  const id = deliveryId(eventId, webhookId);
  const delivery = await waitForDelivery(replica, id, ['failed']);
  await waitUntilCleared();

  const [letter, ...more] = await readDeadLetters(harness.bus);
  expect(more).toEqual([]);
  expect(letter?.subject).toBe(`dead_letters.${toSubjectToken(tenant)}.${webhookId}`);
  expect(letter?.json).toEqual({
    deliveryId: id,
    webhookId,
    eventId,
    eventType: 'project.created',
    userId: tenant,
    time,
    attempts: 2,
    reason: { code: 'http_error', message: 'The receiver answered 500' },
    failedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    data: JSON.parse(payload),
  });
  expect(letter?.text.endsWith(`,"data":${payload}}`)).toBe(true);
  expect(delivery).toMatchObject({ attempts: 2, nextAttemptAt: null });
  expect(await harness.expectSettled(replica)).toMatchObject({ dead: 1, delivered: 0 });
});

test.concurrent('a dead letter that is too large for the broker is published without its payload', async ({
  onTestFinished,
}) => {
  const { harness, receiver, replica, tenant, waitUntilCleared } = await setUp(onTestFinished);
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const limit = harness.bus.connection.info?.max_payload as number;
  const payload = JSON.stringify('x'.repeat(limit));
  const objects = await ensurePayloadObjects(harness.bus, harness.config.streams);
  await objects.put('large', Buffer.from(payload), 10_000);
  const eventId = await harness.publish({ tenant, payloadref: 'large', payload: '' });
  const id = deliveryId(eventId, webhookId);
  await waitForDelivery(replica, id, ['failed'], 20_000);
  await waitUntilCleared();

  const [letter] = await readDeadLetters(harness.bus);
  expect(letter?.json).toMatchObject({ deliveryId: id, eventId, attempts: 1, data: null, dataOmitted: true });
  const { json } = await replica.call('GET', `/api/dead-letters/${id}`, { as: tenant });
  expect(json.data.payload).toHaveLength(limit);
});

test.concurrent('a manual retry starts with all retries, and the status and the counts follow', async ({
  onTestFinished,
}) => {
  const { harness, receiver, replica, tenant, waitUntilCleared } = await setUp(onTestFinished);
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1] });
  const eventId = await harness.publish({ tenant });
  const id = deliveryId(eventId, webhookId);
  await waitForDelivery(replica, id, ['failed']);
  await waitUntilCleared();

  receiver.respond = (_, n) => ({ status: n === 3 ? 500 : 200 });
  const answer = await replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant });
  expect(answer).toMatchObject({ status: 202, json: { data: { id, status: 'pending', attempts: 2 } } });
  const delivery = await waitForDelivery(replica, id, ['success']);
  expect(delivery.attempts).toBe(4);
  // The tenant triggered the third attempt; the schedule triggers the fourth again.
  expect(
    delivery.attemptLog.map(({ attempt, trigger, outcome }: Record<string, unknown>) => [
      attempt,
      trigger,
      outcome,
    ]),
  ).toEqual([
    [1, 'schedule', 'retry'],
    [2, 'schedule', 'failed'],
    [3, 'tenant', 'retry'],
    [4, 'schedule', 'success'],
  ]);
  expect(await harness.expectSettled(replica)).toMatchObject({ accepted: 1, delivered: 1, dead: 0 });
  expect(await readDeadLetters(harness.bus)).toHaveLength(1);

  const steps = (await replica.call('GET', `/api/webhook-events/${eventId}/journey`)).json.data.steps;
  expect(steps.map(({ step }: { step: string }) => step)).toEqual([
    'received',
    'matched',
    'attempted',
    'attempted',
    'replayed',
    'attempted',
    'delivered',
  ]);
  expect(steps[4].text).toBe('The tenant had it sent to "test" again');
});

test.concurrent('a delivery that gives up again after a manual retry is published as another dead letter', async ({
  onTestFinished,
}) => {
  const { harness, receiver, replica, tenant, waitUntilCleared } = await setUp(onTestFinished);
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(eventId, webhookId), ['failed']);
  await waitUntilCleared();
  const answer = await replica.call('POST', `/api/webhook-events/${eventId}/retry`);
  expect(answer).toMatchObject({
    status: 202,
    // The delivery may have been sent before the answer was written.
    json: {
      data: {
        message: '1 delivery is sent again',
        event: { status: expect.stringMatching(/^(pending|processing|dead_letter)$/) },
      },
    },
  });
  await receiver.waitFor(2);
  await waitForDelivery(replica, deliveryId(eventId, webhookId), ['failed']);
  await waitUntilCleared();
  const letters = await readDeadLetters(harness.bus);
  expect(letters.map(({ json }) => json.attempts)).toEqual([1, 2]);
});

test.concurrent('dead letters that a crashed replica did not publish are published, also for a switched-off endpoint', async ({
  onTestFinished,
}) => {
  const { harness, receiver, replica, tenant, waitUntilCleared } = await setUp(onTestFinished);
  const { id: webhookId } = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  const eventId = await harness.publish({ tenant });
  await waitForDelivery(replica, deliveryId(eventId, webhookId), ['failed']);
  await waitUntilCleared();
  await replica.call('PUT', `/api/webhooks/${webhookId}`, { body: { active: false } });
  await replica.stop();

  // The state right after the outcome was recorded, before the dead letter is recorded as published.
  await harness.asOwner(
    `update deliveries set due_at = now(), lease_id = 'of-the-dead' where status = 'failed'`,
  );
  await harness.bus.manager.streams.purge('DEAD_LETTERS');
  const again = await harness.startReplica();
  await waitUntilCleared();
  // JetStream knows the message id from before the purge and drops the repeat.
  expect(await readDeadLetters(harness.bus)).toEqual([]);
  await harness.asOwner(`update deliveries set due_at = now(), lease_id = 'of-the-dead', attempts = 7`);
  await waitUntilCleared();
  const letters = await readDeadLetters(harness.bus);
  expect(letters.map(({ json }) => json)).toMatchObject([{ eventId, attempts: 7 }]);
  expect(receiver.requests).toHaveLength(1);
  await again.stop();
});
