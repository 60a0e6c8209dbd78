import { gzipSync } from 'node:zlib';
import { deliveryId, parseDeliveryId } from '@hookline/contracts';
import type { ReceiverAnswer } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

async function setUp(answer: (n: number) => ReceiverAnswer, body: Record<string, unknown> = {}) {
  const receiver = await receive({ respond: (_, n) => answer(n) });
  const tenant = newTenant();
  const endpoint = await replica.createEndpoint(tenant, receiver.url, body);
  const publish = async () => deliveryId(await harness.publish({ tenant }), endpoint.id);
  const read = async () =>
    (await replica.call('GET', `/api/webhooks/${endpoint.id}`, { as: tenant })).json.data;
  return { receiver, tenant, endpoint, publish, read };
}

test('an attempt shows its connection, its times and its answer, and its request headers if it failed', async () => {
  const { publish } = await setUp((n) => (n === 1 ? { status: 500, body: 'no' } : { status: 200 }), {
    retrySchedule: [1],
    headers: { authorization: 'Bearer abc' },
  });
  const { attemptLog } = await waitForDelivery(replica, await publish(), ['success']);
  expect(attemptLog).toHaveLength(2);
  const [failed, succeeded] = attemptLog;
  expect(failed).toMatchObject({
    trigger: 'schedule',
    httpVersion: '1.1',
    connectionReused: false,
    dnsMs: null,
    tlsMs: null,
    responseEnd: 'complete',
    responseCompression: null,
    requestHeaders: {
      authorization: '[redacted]',
      'content-type': 'application/json',
      'webhook-signature': expect.stringMatching(/^v1,.{9}…$/),
    },
  });
  expect(failed.connectMs).toBeGreaterThanOrEqual(0);
  expect(failed.firstByteMs).toBeGreaterThanOrEqual(failed.connectMs);
  expect(failed.durationMs).toBeGreaterThanOrEqual(failed.firstByteMs);
  expect(succeeded).toMatchObject({ connectionReused: true, connectMs: null, requestHeaders: null });
});

test('the journey shows each attempt with the same fields', async () => {
  const { publish } = await setUp(() => ({ status: 200 }));
  const id = await publish();
  await waitForDelivery(replica, id, ['success']);
  const { json } = await replica.call('GET', `/api/webhook-events/${parseDeliveryId(id)?.eventId}/journey`);
  expect(json.data.summary).toMatch(/^Published .* UTC over the API, matched the only endpoint: /);
  const delivered = json.data.steps.find(({ step }: { step: string }) => step === 'delivered');
  expect(delivered.attempt).toMatchObject({ httpVersion: '1.1', connectionReused: false });
});

test('a compressed answer is shown as text, in the attempt and in the delivery', async () => {
  const body = gzipSync('{"why":"because"}');
  const { publish } = await setUp(() => ({ status: 400, headers: { 'content-encoding': 'GZIP' }, body }), {
    retrySchedule: [],
  });
  const { attemptLog, responseBody } = await waitForDelivery(replica, await publish(), ['failed']);
  expect(responseBody).toBe('{"why":"because"}');
  expect(attemptLog[0]).toMatchObject({
    responseCompression: null,
    responseBody: '{"why":"because"}',
    responseEnd: 'complete',
  });
});

describe('a receiver that asks for no more by webhook-delivery: disable', () => {
  test.for([
    [200, 'success', null],
    [500, 'failed', 'endpoint_disabled'],
  ] as const)('with %i: the delivery is %s, and the endpoint off', async ([status, becomes, code]) => {
    const { publish, read, receiver } = await setUp(() => ({
      status,
      headers: { 'webhook-delivery': 'disable' },
    }));
    const delivery = await waitForDelivery(replica, await publish(), ['success', 'failed']);
    expect(delivery).toMatchObject({ status: becomes, errorCode: code, attempts: 1 });
    expect(await read()).toMatchObject({
      active: false,
      disabledReason: 'The receiver asked for no more events (webhook-delivery: disable)',
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

test('webhook-delivery: abort-message ends this delivery, and the endpoint goes on', async () => {
  const { publish, read } = await setUp((n) =>
    n === 1 ? { status: 422, headers: { 'webhook-delivery': 'abort-message' } } : { status: 200 },
  );
  const aborted = await waitForDelivery(replica, await publish(), ['failed']);
  expect(aborted).toMatchObject({ attempts: 1, errorCode: 'delivery_aborted' });
  expect(await read()).toMatchObject({ active: true, disabledReason: null });
  await waitForDelivery(replica, await publish(), ['success']);
});

test('a delivery gives up before its deadline, and a manual retry starts the deadline again', async () => {
  const { publish, tenant } = await setUp((n) => ({ status: n < 3 ? 500 : 200 }), {
    retrySchedule: [600],
    deadlineSeconds: 60,
  });
  const id = await publish();
  const first = await waitForDelivery(replica, id, ['failed']);
  expect(first).toMatchObject({
    attempts: 1,
    errorCode: 'deadline_exceeded',
    errorMessage: expect.stringContaining('The receiver answered 500'),
    nextAttemptAt: null,
  });
  expect(first.attemptLog).toMatchObject([{ outcome: 'failed', errorCode: 'http_error' }]);

  // An hour later, after its first deadline.
  await harness.asOwner(`update events set received_at = received_at - interval '1 hour' where id = $1`, [
    first.eventId,
  ]);
  const retry = () => replica.call('POST', `/api/deliveries/${id}/retry`, { as: tenant });
  expect((await retry()).status).toBe(202);
  const second = await waitForDelivery(replica, id, ['failed']);
  expect(second).toMatchObject({ attempts: 2, errorCode: 'deadline_exceeded' });
  expect(second.attemptLog[1]).toMatchObject({ trigger: 'tenant', errorCode: 'http_error' });
  expect((await retry()).status).toBe(202);
  expect(await waitForDelivery(replica, id, ['success'])).toMatchObject({ attempts: 3, errorCode: null });
});
