import { deliveryId } from '@hookline/contracts';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness?.stop());

/** Publishes an event to an endpoint whose receiver answers with these statuses, and then with 200. */
async function deliver(settings: object, statuses: readonly number[]) {
  const tenant = newTenant();
  const receiver = await startReceiver({ respond: (_request, n) => ({ status: statuses[n - 1] ?? 200 }) });
  onTestFinished(() => receiver.close());
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1, 1], ...settings });
  const eventId = await harness.publish({ tenant });
  const delivery = await waitForDelivery(replica, deliveryId(eventId, endpoint.id), ['success', 'failed']);
  return { delivery, requests: receiver.requests.length };
}

test('a status that is not to be retried makes a delivery give up at once, with the status and the reason', async () => {
  const { delivery, requests } = await deliver({ dontRetryOn: ['4xx'] }, [404]);
  expect(delivery).toMatchObject({
    status: 'failed',
    attempts: 1,
    responseCode: 404,
    errorCode: 'http_error',
    errorMessage: 'The receiver answered 404, which this endpoint does not retry',
  });
  expect(delivery.attemptLog).toMatchObject([{ outcome: 'failed', nextAttemptAt: null }]);
  expect(requests).toBe(1);
});

test('a status counts before its class, so that one of a class is retried and the others are not', async () => {
  const settings = { retryOn: ['429', '5xx'], dontRetryOn: ['4xx'] };
  const { delivery, requests } = await deliver(settings, [429, 503]);
  expect([delivery.status, delivery.attempts, requests]).toEqual(['success', 3, 3]);
  expect((await deliver(settings, [400])).delivery.status).toBe('failed');
});

test('an endpoint without rules retries as before, and one with an empty list retries no answer', async () => {
  expect((await deliver({}, [404])).delivery).toMatchObject({ status: 'success', attempts: 2 });
  expect((await deliver({ retryOn: [] }, [500])).delivery).toMatchObject({ status: 'failed', attempts: 1 });
});

test('a failure without an answer is retried whatever the rules say', async () => {
  const tenant = newTenant();
  const receiver = await startReceiver();
  const { url } = receiver;
  await receiver.close();
  const endpoint = await replica.createEndpoint(tenant, url, { retrySchedule: [1], retryOn: [] });
  const eventId = await harness.publish({ tenant });
  const delivery = await waitForDelivery(replica, deliveryId(eventId, endpoint.id), ['failed']);
  expect(delivery).toMatchObject({ attempts: 2, errorCode: 'connection_refused' });
});

test('rules are changed and removed like every setting, and a text that is no status is refused', async () => {
  const as = newTenant();
  const { id } = await replica.createEndpoint(as, 'https://example.com/', { dontRetryOn: ['404'] });
  const change = (body: object) => replica.call('PATCH', `/api/webhooks/${id}`, { as, body });
  expect((await change({ retryOn: ['5xx'] })).json.data).toMatchObject({
    retryOn: ['5xx'],
    dontRetryOn: ['404'],
  });
  expect((await change({ dontRetryOn: null })).json.data.dontRetryOn).toBe(null);
  for (const bad of [['200'], ['6xx'], ['40x'], [503]])
    expect([bad, (await change({ retryOn: bad })).status]).toEqual([bad, 400]);
});
