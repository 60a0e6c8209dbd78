import { startTraceReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { IngestOptions } from '../src/options.ts';
import { createHarness } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

async function start(changes: Partial<IngestOptions> = {}) {
  const traces = await startTraceReceiver();
  onTestFinished(() => traces.close());
  const harness = await createHarness({
    environmentSecrets,
    tracing: { endpoint: traces.endpoint },
    ...changes,
  });
  return { traces, harness, replica: await harness.startReplica() };
}

test('a published event has the trace context of the publish span, which is a child of the call’s span', async () => {
  const { traces, harness, replica } = await start();
  const { status, json } = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'order.paid', data: { n: 1 } },
    headers: { traceparent },
  });
  expect(status).toBe(202);
  const spans = await traces.waitFor(2, ({ traceId }) => traceId === TRACE_ID);
  const call = spans.find(({ kind }) => kind === 'server');
  const publish = spans.find(({ kind }) => kind === 'producer');
  expect(call).toMatchObject({ name: 'POST /api/events', parentSpanId: '00f067aa0ba902b7', isError: false });
  expect(call?.attributes).toMatchObject({
    'http.response.status_code': 202,
    'hookline.event.id': json.data.id,
    'hookline.outcome': 'accepted',
  });
  expect(publish).toMatchObject({ name: 'publish EVENTS', parentSpanId: call?.spanId, isError: false });
  const [event] = await harness.readEvents();
  expect(event?.attributes.traceparent).toBe(`00-${TRACE_ID}-${publish?.spanId}-01`);
});

test('the span of a refused webhook has the reason, and the span of a repeat names the repeated event', async () => {
  const { traces, replica } = await start();
  const wrong = signGithub({ secret: 'another', body: '{}' });
  const { status } = await replica.deliver('/api/webhooks/github/acme', wrong);
  expect(status).toBe(401);
  const right = signGithub({ secret, body: '{"ref":"refs/heads/main"}', id: 'delivery-1' });
  const { json } = await replica.deliver('/api/webhooks/github/acme', right);
  await replica.deliver('/api/webhooks/github/acme', right);

  const spans = await traces.waitFor(5, ({ attributes }) => attributes['hookline.provider'] === 'github');
  const requests = spans.filter(({ kind }) => kind === 'server');
  expect(
    requests.map(({ name, isError, parentSpanId, attributes }) => ({
      name,
      isError,
      parentSpanId,
      outcome: attributes['hookline.outcome'],
      errorCode: attributes['hookline.error.code'],
      status: attributes['http.response.status_code'],
    })),
  ).toEqual([
    {
      name: 'POST /api/webhooks/:provider/:userId',
      isError: false,
      parentSpanId: undefined,
      outcome: 'refused',
      errorCode: 'invalid_signature',
      status: 401,
    },
    ...['accepted', 'duplicate'].map((outcome) => ({
      name: 'POST /api/webhooks/:provider/:userId',
      isError: false,
      parentSpanId: undefined,
      outcome,
      errorCode: undefined,
      status: 200,
    })),
  ]);
  expect(
    spans.filter(({ kind }) => kind === 'producer').map(({ attributes }) => attributes['hookline.repeat_of']),
  ).toEqual([undefined, json.id]);
});

test('while NATS is unavailable the publish span has an error, and the call fails with 503', async () => {
  const { traces, harness, replica } = await start({ publishDeadlineMs: 600 });
  await harness.nats.stop();
  const { status } = await replica.call('POST', '/api/events', {
    as: 'acme',
    body: { type: 'order.paid', data: { n: 1 } },
    headers: { traceparent },
  });
  expect(status).toBe(503);
  const spans = await traces.waitFor(2, ({ traceId }) => traceId === TRACE_ID);
  expect(spans.map(({ kind, isError, attributes }) => [kind, isError, attributes['error.type']])).toEqual([
    ['producer', true, 'not_stored'],
    ['server', true, '503'],
  ]);
});
