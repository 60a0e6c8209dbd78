import { createHmac, randomUUID } from 'node:crypto';
import { type ReceivedSpan, startReceiver, startTraceReceiver, type TraceReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type System, startTestSystem, waitUntilSettled } from '../src/index.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER_SPAN_ID = '00f067aa0ba902b7';
const SECRET = 'the secret of a source';
let system: System;
let traces: TraceReceiver;

beforeAll(async () => {
  traces = await startTraceReceiver();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  system = await startTestSystem([
    { name: 'ingest', env },
    { name: 'delivery', env },
    { name: 'scheduler', env },
    { name: 'gateway', env },
  ]);
});
afterAll(async () => {
  await system?.stop();
  await traces?.close();
});

async function connect(userId: string, url: string): Promise<string> {
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider: 'github',
    secret: SECRET,
    userId,
  });
  await system.call('POST', '/api/webhooks', {
    name: userId,
    url,
    events: ['*'],
    retrySchedule: [1, 1],
    userId,
  });
  return source.url;
}

/** Sends the webhook to the gateway, as providers do if only the gateway's address is public. */
async function send(sourceUrl: string): Promise<number> {
  const body = JSON.stringify({ ref: 'refs/heads/main', note: 'text of a payload' });
  const { status } = await fetch(new URL(new URL(sourceUrl).pathname, system.stack.urls.gateway), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
      traceparent: `00-${TRACE_ID}-${SENDER_SPAN_ID}-01`,
    },
    body,
  });
  return status;
}

const summarize = ({ service, kind, name, parentSpanId, isError }: ReceivedSpan) => ({
  service,
  kind,
  name,
  parentSpanId,
  isError,
});

test('one trace goes from the sender through the gateway, ingest, JetStream and delivery to each answer of the receiver', async () => {
  const receiver = await startReceiver({ respond: (_request, n) => ({ status: n < 3 ? 503 : 200 }) });
  const token = 'Zm9vYmFyMTIzNDU2Nzg5MA0';
  const sourceUrl = await connect('traced', `${receiver.url}hooks/${token}?signature=${token}`);
  expect(await send(sourceUrl)).toBeLessThan(300);
  await receiver.waitFor(3);
  const spans = await traces.waitFor(7, ({ traceId }) => traceId === TRACE_ID);
  expect(spans).toHaveLength(7);

  const [gateway, ingest, publish, process] = (
    ['hookline-gateway', 'hookline-ingest', 'publish EVENTS', 'process EVENTS'] as const
  ).map((wanted) =>
    spans.find(({ service, kind, name }) => name === wanted || (service === wanted && kind === 'server')),
  ) as [ReceivedSpan, ReceivedSpan, ReceivedSpan, ReceivedSpan];
  expect([gateway, ingest, publish, process].map(summarize)).toEqual([
    {
      service: 'hookline-gateway',
      kind: 'server',
      name: 'POST /in/*',
      parentSpanId: SENDER_SPAN_ID,
      isError: false,
    },
    {
      service: 'hookline-ingest',
      kind: 'server',
      name: 'POST /in/:token',
      parentSpanId: gateway.spanId,
      isError: false,
    },
    {
      service: 'hookline-ingest',
      kind: 'producer',
      name: 'publish EVENTS',
      parentSpanId: ingest.spanId,
      isError: false,
    },
    {
      service: 'hookline-delivery',
      kind: 'consumer',
      name: 'process EVENTS',
      parentSpanId: publish.spanId,
      isError: false,
    },
  ]);
  const attempts = spans
    .filter(({ kind }) => kind === 'client')
    .sort(
      (a, b) =>
        Number(a.attributes['hookline.attempt.number']) - Number(b.attributes['hookline.attempt.number']),
    );
  expect(attempts.map(summarize)).toEqual(
    [true, true, false].map((isError) => ({
      service: 'hookline-delivery',
      kind: 'client',
      name: 'POST',
      parentSpanId: publish.spanId,
      isError,
    })),
  );
  expect(
    attempts.map(({ attributes }) => [
      attributes['hookline.attempt.number'],
      attributes['http.response.status_code'],
      attributes['error.type'],
    ]),
  ).toEqual([
    [1, 503, 'http_error'],
    [2, 503, 'http_error'],
    [3, 200, undefined],
  ]);
  // The receiver continues the trace of the attempt.
  expect(receiver.requests.map(({ headers }) => headers['traceparent'])).toEqual(
    attempts.map(({ spanId }) => `00-${TRACE_ID}-${spanId}-01`),
  );

  const eventId = publish.attributes['hookline.event.id'];
  expect(ingest.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/in/:token',
    'http.response.status_code': 200,
    'hookline.tenant': 'traced',
    'hookline.provider': 'github',
    'hookline.event.type': 'github.push',
    'hookline.event.id': eventId,
    'hookline.outcome': 'accepted',
  });
  for (const { attributes, resource } of [publish, process, ...attempts]) {
    expect(attributes).toMatchObject({
      'hookline.tenant': 'traced',
      'hookline.event.type': 'github.push',
      'hookline.event.id': eventId,
    });
    expect(resource['deployment.environment.name']).toBe('test');
  }
  // The spans contain no secret, no payload and no URL that grants access.
  const text = JSON.stringify(spans);
  for (const kept of [SECRET, 'text of a payload', token, new URL(sourceUrl).pathname.slice('/in/'.length)])
    expect(text).not.toContain(kept);
  expect(attempts[0]?.attributes['url.full']).toBe(`${receiver.url}hooks/[redacted]?signature=[redacted]`);
  await receiver.close();
});

test('each run of a scheduled job has a span', async () => {
  const [span] = await traces.waitFor(
    1,
    ({ service, kind }) => service === 'hookline-scheduler' && kind === 'internal',
  );
  expect(span?.name).toBe(`run ${span?.attributes['hookline.job.name']}`);
  expect(span?.attributes['hookline.outcome']).toBe('succeeded');
  expect(span?.parentSpanId).toBeUndefined();
});

test('while the trace collector is down, events are delivered as before, and the services stop in time', async () => {
  await traces.close();
  const receiver = await startReceiver();
  const sourceUrl = await connect('untraced', receiver.url);
  for (let n = 0; n < 20; n++) expect(await send(sourceUrl)).toBeLessThan(300);
  await receiver.waitFor(20);
  await waitUntilSettled(system, 60_000);
  // No service was killed.
  expect(await system.stack.stop()).toBe(true);
  await receiver.close();
});
