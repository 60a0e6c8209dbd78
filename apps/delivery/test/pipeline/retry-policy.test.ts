import type { Socket } from 'node:net';
import { deliveryId } from '@hookline/contracts';
import { type ReceiverAnswer, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { startRawServer, trickle, writeForEver } from '../support/start-raw-server.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

/** Sends one event to one endpoint. Only the first attempt matters: the retry is ten minutes later. */
async function attemptOnce(url: string, body: Record<string, unknown> = {}) {
  const tenant = newTenant();
  const endpoint = await replica.createEndpoint(tenant, url, {
    retrySchedule: [600],
    timeoutSeconds: 1,
    ...body,
  });
  const id = deliveryId(await harness.publish({ tenant }), endpoint.id);
  const delivery = await waitForDelivery(replica, id, ['success', 'retrying', 'failed']);
  expect(delivery.attemptLog).toHaveLength(1);
  const [attempt] = delivery.attemptLog;
  const waitSeconds =
    delivery.nextAttemptAt === null
      ? undefined
      : (Date.parse(delivery.nextAttemptAt) - Date.parse(attempt.startedAt) - attempt.durationMs) / 1000;
  return { delivery, attempt, waitSeconds };
}

/** Within the jitter of ten percent, and the time that it takes to record an outcome. */
function expectRetryAfter(waitSeconds: number | undefined, seconds: number): void {
  expect(waitSeconds).toBeGreaterThan(seconds * 0.899);
  expect(waitSeconds).toBeLessThan(seconds * 1.101 + 5);
}

async function withReceiver<T>(answer: ReceiverAnswer, use: (url: string) => Promise<T>): Promise<T> {
  const receiver = await startReceiver({ respond: () => answer });
  try {
    return await use(receiver.url);
  } finally {
    await receiver.close();
  }
}

async function withRawServer<T>(behave: (socket: Socket) => void, use: (url: string) => Promise<T>) {
  const server = await startRawServer(behave);
  try {
    return { ...(await use(server.url)), server };
  } finally {
    await server.close();
  }
}

describe.concurrent('an answer other than 2xx is retried, and its status is recorded', () => {
  test.for([400, 401, 404, 408, 422, 429, 500, 502, 503, 504])('%i', async (status) => {
    const answer = { status, body: `no: ${status}`, headers: { 'x-reason': 'because', 'set-cookie': 'a=b' } };
    const { delivery, attempt, waitSeconds } = await withReceiver(answer, attemptOnce);
    expect(delivery).toMatchObject({
      status: 'retrying',
      attempts: 1,
      responseCode: status,
      errorCode: 'http_error',
      errorMessage: `The receiver answered ${status}`,
      completedAt: null,
    });
    expect(attempt).toMatchObject({
      attempt: 1,
      trigger: 'schedule',
      outcome: 'retry',
      responseCode: status,
      responseBody: `no: ${status}`,
      errorCode: 'http_error',
      nextAttemptAt: delivery.nextAttemptAt,
    });
    expect(attempt.responseHeaders).toMatchObject({ 'x-reason': 'because', 'set-cookie': '[redacted]' });
    expect(attempt.firstByteMs).toBeLessThanOrEqual(attempt.durationMs);
    expectRetryAfter(waitSeconds, 600);
  });
});

describe.concurrent('every 2xx is a success', () => {
  test.for([200, 201, 202, 204, 299])('%i', async (status) => {
    const { delivery, attempt } = await withReceiver({ status }, attemptOnce);
    expect(delivery).toMatchObject({
      status: 'success',
      responseCode: status,
      errorCode: null,
      nextAttemptAt: null,
    });
    expect(delivery.completedAt).not.toBeNull();
    expect(attempt).toMatchObject({ outcome: 'success', errorCode: null, nextAttemptAt: null });
  });

  test('also when its body breaks off, because the status has been received', async () => {
    const { delivery, attempt } = await withRawServer(
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'success', responseCode: 200, errorCode: null });
    expect(attempt).toMatchObject({ responseBody: 'half', responseEnd: 'broken' });
  });

  test('also after an early hint (103)', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    const { delivery } = await withRawServer(
      (socket) => socket.end(`${hints}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'success', responseCode: 200 });
  });
});

describe.concurrent('a redirect is not followed', () => {
  test.for([301, 302, 303, 307, 308])('%i', async (status) => {
    const target = await startReceiver();
    const { delivery } = await withReceiver({ status, headers: { location: target.url } }, attemptOnce);
    expect(delivery).toMatchObject({ status: 'retrying', responseCode: status, errorCode: 'redirect' });
    expect(target.requests).toHaveLength(0);
    await target.close();
  });
});

describe.concurrent('Retry-After', () => {
  test('a Retry-After makes the wait longer', async () => {
    const answer = { status: 429, headers: { 'retry-after': '1200' } };
    expectRetryAfter((await withReceiver(answer, attemptOnce)).waitSeconds, 1200);
  });
  test('a Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 1_800_000).toUTCString();
    const answer = { status: 503, headers: { 'retry-after': date } };
    const { waitSeconds } = await withReceiver(answer, attemptOnce);
    expect(waitSeconds).toBeGreaterThan(1_780);
    expect(waitSeconds).toBeLessThan(1_810);
  });
  test('a Retry-After never makes the wait shorter', async () => {
    const answer = { status: 429, headers: { 'retry-after': '1' } };
    expectRetryAfter((await withReceiver(answer, attemptOnce)).waitSeconds, 600);
  });
  test('a Retry-After counts up to six hours', async () => {
    const answer = { status: 429, headers: { 'retry-after': '999999' } };
    expectRetryAfter((await withReceiver(answer, attemptOnce)).waitSeconds, 21_600);
  });
});

describe.concurrent('a request without a valid answer is retried, and the attempt shows why', () => {
  test('a receiver that does not answer', async () => {
    const { delivery, attempt } = await withReceiver({ hang: true }, attemptOnce);
    expect(delivery).toMatchObject({ status: 'retrying', responseCode: null, errorCode: 'timeout' });
    expect(delivery.errorMessage).toBe('No complete answer in 1 s');
    expect(attempt.durationMs).toBeGreaterThanOrEqual(995);
    expect(attempt.durationMs).toBeLessThan(3_000);
    expect(attempt).toMatchObject({ firstByteMs: null, responseHeaders: null, responseBody: null });
  });
  test('a body that arrives slowly does not extend the timeout, and the status decides', async () => {
    const { delivery, attempt } = await withRawServer(
      (socket) => trickle(socket, 'HTTP/1.1 500 No\r\ncontent-length: 100000\r\n\r\n'),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'retrying', responseCode: 500, errorCode: 'http_error' });
    expect(attempt.durationMs).toBeLessThan(3_000);
    expect(attempt).toMatchObject({ responseBody: expect.stringMatching(/^x+$/), responseEnd: 'timeout' });
  });
  test('headers that arrive slowly do not extend the timeout', async () => {
    const { delivery } = await withRawServer(
      (socket) => trickle(socket, 'HTTP/1.1 200 OK\r\nx-slow: '),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'retrying', responseCode: null, errorCode: 'timeout' });
  });
  test('a reset', async () => {
    const { delivery } = await withReceiver({ reset: true }, attemptOnce);
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'connection_reset' });
  });
  test('a connection that ends without an answer', async () => {
    const { delivery } = await withRawServer((socket) => socket.end(), attemptOnce);
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'connection_reset' });
  });
  test('a port where nothing listens', async () => {
    const receiver = await startReceiver();
    const { url } = receiver;
    await receiver.close();
    const { delivery } = await attemptOnce(url);
    expect(delivery).toMatchObject({
      status: 'retrying',
      responseCode: null,
      errorCode: 'connection_refused',
    });
  });
  test('a name that does not resolve', async () => {
    const { delivery } = await attemptOnce('http://no-such-host.hookline.invalid/', { timeoutSeconds: 10 });
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'dns_error' });
  });
  test('an answer that is not HTTP', async () => {
    const { delivery } = await withRawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), attemptOnce);
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'invalid_response' });
  });
  test('an answer that contradicts itself', async () => {
    const { delivery } = await withRawServer(
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'invalid_response' });
  });
  test('endless headers', async () => {
    const { delivery } = await withRawServer(
      (socket) => writeForEver(socket, 'HTTP/1.1 200 OK\r\nx-endless: '),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'response_headers_too_large' });
  });
  test('a certificate of an authority that is not trusted', async () => {
    const { delivery } = await withRawServer(
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
      (url) => attemptOnce(url.replace('http:', 'https:')),
    );
    expect(delivery).toMatchObject({ status: 'retrying', errorCode: 'tls_error' });
  });
});

describe.concurrent('of an endless body the beginning is recorded, and the status decides', () => {
  test.for([
    [200, 'success'],
    [500, 'retrying'],
  ] as const)('%i', async ([status, expected]) => {
    const { delivery, attempt, server } = await withRawServer(
      (socket) => writeForEver(socket, `HTTP/1.1 ${status} X\r\nx-kept: yes\r\n\r\n`),
      attemptOnce,
    );
    expect(delivery).toMatchObject({ status: expected, responseCode: status });
    expect(attempt.responseBody).toHaveLength(16_384);
    expect(attempt.responseHeaders).toMatchObject({ 'x-kept': 'yes' });
    // The bytes in the kernel's buffers, not the bytes that an endless reader would have read.
    expect(server.bytesWritten).toBeLessThan(16 * 1024 * 1024);
  });
});

test('after the last retry a delivery has failed, and each wait had the length of the policy', async () => {
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  const tenant = newTenant();
  const endpoint = await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [1, 1] });
  const id = deliveryId(await harness.publish({ tenant }), endpoint.id);
  const { attemptLog, ...delivery } = await waitForDelivery(replica, id, ['failed']);
  expect(delivery).toMatchObject({
    attempts: 3,
    errorCode: 'http_error',
    responseCode: 500,
    nextAttemptAt: null,
  });
  expect(delivery.completedAt).not.toBeNull();
  expect(attemptLog.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['retry', 'retry', 'failed']);
  const [first, second, third] = receiver.requests.map(({ receivedAt }) => receivedAt.getTime()) as [
    number,
    number,
    number,
  ];
  for (const waitMs of [second - first, third - second]) expect(waitMs).toBeGreaterThanOrEqual(895);
  expect(receiver.requests).toHaveLength(3);
  await receiver.close();
});

test('an endpoint without retries gets one attempt', async () => {
  const { delivery } = await withReceiver({ status: 500 }, (url) =>
    attemptOnce(url, { retrySchedule: null, maxRetries: 0 }),
  );
  expect(delivery).toMatchObject({ status: 'failed', attempts: 1 });
});

test('the policy of `retryDelay` doubles: the first retry comes after 60 s, the second after 120 s', async () => {
  const doubling = { retrySchedule: null, maxRetries: 3, retryDelay: 60 };
  const { delivery, waitSeconds } = await withReceiver({ status: 500 }, (url) => attemptOnce(url, doubling));
  expectRetryAfter(waitSeconds, 60);
  const receiver = await startReceiver({ respond: () => ({ status: 500 }) });
  await replica.call('PUT', `/api/webhooks/${delivery.webhookId}`, { body: { url: receiver.url } });
  // Makes the retry due now, in place of in a minute.
  await harness.asOwner(`update deliveries set due_at = now() where event_id = $1`, [delivery.eventId]);
  await receiver.waitFor(1);
  const retried = await waitForDelivery(replica, delivery.id, ['retrying']);
  const second = retried.attemptLog[1] ?? {};
  expectRetryAfter(
    (Date.parse(retried.nextAttemptAt) - Date.parse(second.startedAt) - second.durationMs) / 1000,
    120,
  );
  await receiver.close();
});
