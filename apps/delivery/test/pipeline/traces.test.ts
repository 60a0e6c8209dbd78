import { type ReceivedRequest, startTraceReceiver, type TraceReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;
let traces: TraceReceiver;

beforeAll(async () => {
  traces = await startTraceReceiver();
  harness = await createHarness({ tracing: { endpoint: traces.endpoint } });
  replica = await harness.startReplica();
});
afterAll(async () => {
  await harness.stop();
  await traces.close();
});

const spansOf = (tenant: string, count: number) =>
  traces.waitFor(count, ({ attributes }) => attributes['hookline.tenant'] === tenant);
const traceparentOf = (request: ReceivedRequest | undefined) => request?.headers['traceparent'];

test('the attempt at a batch begins a trace that is linked to the trace of each event', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url, { batching: { maxEvents: 2, windowSeconds: 1 } });
  const contexts = ['1', '2'].map((digit) => ({ traceId: digit.repeat(32), spanId: digit.repeat(16) }));
  for (const { traceId, spanId } of contexts)
    await harness.publish({ tenant, traceparent: `00-${traceId}-${spanId}-01` });
  await receiver.waitFor(1);

  const spans = await spansOf(tenant, 3);
  expect(
    spans
      .filter(({ kind }) => kind === 'consumer')
      .map(({ traceId }) => traceId)
      .sort(),
  ).toEqual(contexts.map(({ traceId }) => traceId));
  const [attempt, ...others] = spans.filter(({ kind }) => kind === 'client');
  expect(others).toEqual([]);
  expect(attempt?.parentSpanId).toBeUndefined();
  expect(attempt?.links).toEqual(contexts);
  expect(attempt?.attributes['hookline.event.count']).toBe(2);
  expect(traceparentOf(receiver.requests[0])).toBe(`00-${attempt?.traceId}-${attempt?.spanId}-01`);
});

test('an event without a trace context begins its trace at the fan-out, and its retries continue that trace', async () => {
  const tenant = newTenant();
  const receiver = await receive({ respond: (_request, n) => ({ status: n === 1 ? 500 : 200 }) });
  await replica.createEndpoint(tenant, receiver.url);
  await harness.publish({ tenant });
  await receiver.waitFor(2);

  const spans = await spansOf(tenant, 3);
  const process = spans.find(({ kind }) => kind === 'consumer');
  const attempts = spans.filter(({ kind }) => kind === 'client');
  expect(process).toMatchObject({ name: 'process EVENTS', parentSpanId: undefined });
  expect(attempts.map(({ traceId, parentSpanId }) => ({ traceId, parentSpanId }))).toEqual(
    [1, 2].map(() => ({ traceId: process?.traceId, parentSpanId: process?.spanId })),
  );
});

test('a receiver that cannot be reached leaves a failed span with the error code', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url, { retrySchedule: [] });
  await receiver.close();
  await harness.publish({ tenant });
  const attempt = (await spansOf(tenant, 2)).find(({ kind }) => kind === 'client');
  expect(attempt?.isError).toBe(true);
  expect(attempt?.attributes['error.type']).toBe('connection_refused');
  expect(attempt?.attributes['http.response.status_code']).toBeUndefined();
});

test('an event whose trace is not sampled is delivered with a context of its trace, and has no span', async () => {
  const tenant = newTenant();
  const receiver = await receive();
  await replica.createEndpoint(tenant, receiver.url);
  const traceId = '3'.repeat(32);
  await harness.publish({ tenant, traceparent: `00-${traceId}-${'3'.repeat(16)}-00` });
  await receiver.waitFor(1);
  expect(traceparentOf(receiver.requests[0])).toMatch(new RegExp(`^00-${traceId}-(?!3{16})[0-9a-f]{16}-00$`));
  // A later event's spans have arrived: those of this one would have, too.
  const later = newTenant();
  await replica.createEndpoint(later, receiver.url);
  await harness.publish({ tenant: later });
  await spansOf(later, 2);
  expect(traces.spans().filter((span) => span.traceId === traceId)).toEqual([]);
});
