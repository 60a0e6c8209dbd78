import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { collectLogLines, startTraceReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { startTracing } from './start-tracing.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const UNSAMPLED = PARENT.replace(/01$/, '00');

async function start(options: TracingOptions) {
  const lines = collectLogLines();
  const logger = createLogger({ service: 'test', level: 'info', destination: lines.destination });
  const tracing = (await startTracing('hookline-test', options, logger)) as Tracing;
  onTestFinished(() => tracing.close());
  return { tracing, lines };
}

async function receiveTraces() {
  const receiver = await startTraceReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

test('a span is exported with its parent, kind, attributes and error, and its traceparent names it', async () => {
  const receiver = await receiveTraces();
  const { tracing } = await start({ endpoint: `${receiver.endpoint}/` });
  const span = tracing.startSpan('publish EVENTS', {
    kind: 'producer',
    parent: PARENT,
    startedAtMs: performance.now() - 50,
    attributes: { 'hookline.tenant': 'acme', 'hookline.attempt.number': 2, absent: undefined },
  });
  span.setAttributes({ 'hookline.outcome': 'failed', also: undefined });
  span.fail('not_stored');
  span.end();
  span.end();
  const child = tracing.startSpan('POST', { kind: 'client', parent: span.traceparent });
  child.end();
  await tracing.close();

  const [first, second, ...others] = receiver.spans();
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    service: 'hookline-test',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    parentSpanId: '00f067aa0ba902b7',
    name: 'publish EVENTS',
    kind: 'producer',
    isError: true,
    links: [],
  });
  expect(first?.attributes).toEqual({
    'hookline.tenant': 'acme',
    'hookline.attempt.number': 2,
    'hookline.outcome': 'failed',
    'error.type': 'not_stored',
  });
  expect(first?.durationMs).toBeGreaterThanOrEqual(49);
  expect(span.traceparent).toBe(`00-${first?.traceId}-${first?.spanId}-01`);
  expect(second).toMatchObject({
    traceId: first?.traceId,
    parentSpanId: first?.spanId,
    kind: 'client',
    isError: false,
  });
});

test('a span without a valid parent begins a trace, and is linked to the valid contexts among its links', async () => {
  const receiver = await receiveTraces();
  const { tracing } = await start({ endpoint: receiver.endpoint });
  tracing
    .startSpan('POST', {
      kind: 'client',
      parent: 'nonsense',
      links: [PARENT, null, undefined, 'nonsense', PARENT],
    })
    .end();
  await tracing.close();
  const [span] = receiver.spans();
  expect(span?.parentSpanId).toBeUndefined();
  expect(span?.links).toEqual([{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }]);
});

test('by default a trace is exported unless its caller decided not to sample it', async () => {
  const receiver = await receiveTraces();
  const { tracing } = await start({ endpoint: receiver.endpoint });
  const unsampled = tracing.startSpan('unsampled', { kind: 'server', parent: UNSAMPLED });
  unsampled.end();
  tracing.startSpan('sampled', { kind: 'server', parent: PARENT }).end();
  tracing.startSpan('root', { kind: 'server' }).end();
  await tracing.close();
  expect(receiver.spans().map(({ name }) => name)).toEqual(['sampled', 'root']);
  expect(unsampled.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
});

test.each([
  ['always_on', 1, ['unsampled', 'sampled', 'root']],
  ['always_off', 1, []],
  ['traceidratio', 0, []],
  ['parentbased_always_off', 1, ['sampled']],
  ['parentbased_traceidratio', 0, ['sampled']],
] as const)('the sampler %s with the ratio %d exports %j', async (sampler, samplerRatio, expected) => {
  const receiver = await receiveTraces();
  const { tracing } = await start({ endpoint: receiver.endpoint, sampler, samplerRatio });
  tracing.startSpan('unsampled', { kind: 'server', parent: UNSAMPLED }).end();
  tracing.startSpan('sampled', { kind: 'server', parent: PARENT }).end();
  tracing.startSpan('root', { kind: 'server' }).end();
  await tracing.close();
  expect(receiver.spans().map(({ name }) => name)).toEqual(expected);
});

test('a receiver that answers nothing costs at most 4,096 waiting spans, one warning, and 3 s at the close', async () => {
  const receiver = await startTraceReceiver(() => ({ hang: true }));
  onTestFinished(() => receiver.close());
  const { tracing, lines } = await start({ endpoint: receiver.endpoint });
  for (let n = 0; n < 20_000; n++) tracing.startSpan('POST', { kind: 'client' }).end();
  // The first export holds 512 spans and waits for its answer; 4,096 spans wait behind it, and the others are dropped.
  await receiver.waitFor(512);
  const startedAt = performance.now();
  await tracing.close();
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(2_900);
  expect(tookMs).toBeLessThan(20_000);
  expect(receiver.spans().length).toBe(512 + 4_096);
  expect(lines.of('the last spans could not be exported in time')).toHaveLength(1);
});

test('a receiver that refuses spans is logged once a minute, without what it answered', async () => {
  const receiver = await startTraceReceiver(() => ({ status: 400, body: 'secret of the receiver' }));
  onTestFinished(() => receiver.close());
  const { tracing, lines } = await start({ endpoint: receiver.endpoint });
  for (let n = 0; n < 1_024; n++) tracing.startSpan('POST', { kind: 'client' }).end();
  await receiver.waitFor(1_024);
  await tracing.close();
  const [warning, ...others] = await lines.waitFor('spans could not be exported and are dropped', 1);
  expect(others).toEqual([]);
  expect(warning).toMatchObject({ level: 'warn', spans: 512 });
  expect(lines.text()).not.toContain('secret');
});

test('no module of the SDK is loaded until tracing starts', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ load(url, context, next) {
      const [, name] = /\\/node_modules\\/@opentelemetry\\/([^/]+)/.exec(url) ?? [];
      // The API has no SDK in it. prom-client imports it.
      if (name !== undefined && name !== 'api') loaded.add(name);
      return next(url, context);
    } });
    const { createLogger, startTracing } = await import('@hookline/service');
    const logger = createLogger({ service: 'test', level: 'silent' });
    const off = await startTracing('test', undefined, logger);
    const before = [...loaded];
    await startTracing('test', { endpoint: 'http://127.0.0.1:1' }, logger);
    console.log(JSON.stringify({ off: off === undefined, before, after: [...loaded] }));
    process.exit();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@hookline/source', '--input-type=module', '--eval', script],
    { cwd: join(import.meta.dirname, '../..') },
  );
  const { off, before, after } = JSON.parse(stdout);
  expect({ off, before }).toEqual({ off: true, before: [] });
  expect(after).toEqual(expect.arrayContaining(['sdk-trace', 'resources', 'exporter-trace-otlp-proto']));
});
