import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import { createThrottledLog, type ThrottledLog } from '../throttled-log.ts';
import { parseTraceparent } from './parse-traceparent.ts';
import type { Span, SpanAttributes, Tracing, TracingOptions } from './tracing.ts';

/** Spans that have ended wait here at most. Further spans are dropped: an unavailable receiver costs no more memory. */
const MAX_WAITING_SPANS = 4_096;
const MAX_SPANS_OF_AN_EXPORT = 512;
const EXPORT_INTERVAL_MS = 1_000;
/** A span with more links has the first of them. */
const MAX_LINKS = 128;
/** When a service closes, its last spans are exported within this time, or lost. */
const CLOSE_TIMEOUT_MS = 3_000;
/** Between two lines of the log about the same problem. */
const WARNING_INTERVAL_MS = 60_000;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Tracing with the official SDK: batches of spans go to an OTLP receiver over HTTP, as protobuf. */
export function createSdkTracing(serviceName: string, options: TracingOptions, logger: Logger): Tracing {
  const log = createThrottledLog(logger, WARNING_INTERVAL_MS);
  // The SDK has one logger for the process. Failed exports are its only errors in operation, and are logged below.
  diag.setLogger(
    {
      error: ignore,
      warn: (...parts) => log.warn('sdk', {}, `OpenTelemetry: ${parts.filter(isText).join(' ')}`),
      info: ignore,
      debug: ignore,
      verbose: ignore,
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': serviceName }))
      .merge(
        detectResources({
          detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
        }),
      ),
    sampler: createSampler(options),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: logFailures(
          new OTLPTraceExporter({
            url: `${options.endpoint}${options.endpoint.endsWith('/') ? '' : '/'}v1/traces`,
          }),
          log,
        ),
        maxQueueSize: MAX_WAITING_SPANS,
        maxExportBatchSize: MAX_SPANS_OF_AN_EXPORT,
        scheduledDelayMillis: EXPORT_INTERVAL_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('hookline');

  return {
    startSpan(name, { kind, parent, links, attributes, startedAtMs }) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
          ...(attributes === undefined ? {} : { attributes: withoutUndefined(attributes) }),
          ...(links === undefined ? {} : { links: toLinks(links) }),
        },
        toContext(parent),
      );
      return toSpan(span);
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, CLOSE_TIMEOUT_MS, 'late');
      });
      // A failed export is logged where it fails.
      const closed = provider.shutdown().catch(ignore);
      if ((await Promise.race([closed, late])) === 'late')
        logger.warn({ timeoutMs: CLOSE_TIMEOUT_MS }, 'the last spans could not be exported in time');
      clearTimeout(timer);
    },
  };
}

const ignore = () => {};
const isText = (part: unknown) => typeof part === 'string';

function createSampler({ sampler = 'parentbased_always_on', samplerRatio = 1 }: TracingOptions): Sampler {
  const isParentBased = sampler.startsWith('parentbased_');
  const name = sampler.replace('parentbased_', '');
  const root =
    name === 'always_on'
      ? new AlwaysOnSampler()
      : name === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(samplerRatio);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

function logFailures(exporter: SpanExporter, log: ThrottledLog): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error)
          log.warn(
            'export',
            { spans: spans.length, problem: result.error.message },
            'spans could not be exported and are dropped',
          );
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
}

function toSpan(span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  let hasEnded = false;
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    setAttributes: (attributes) => void span.setAttributes(withoutUndefined(attributes)),
    fail(errorType) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      span.end();
    },
  };
}

function withoutUndefined(attributes: SpanAttributes): Attributes {
  const given: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) given[name] = value;
  return given;
}

function toSpanContext(traceparent: string | null | undefined): SpanContext | undefined {
  const parsed = parseTraceparent(traceparent);
  return parsed && { ...parsed, isRemote: true };
}

function toContext(parent: string | null | undefined): Context {
  const spanContext = toSpanContext(parent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

function toLinks(links: readonly (string | null | undefined)[]): Link[] {
  const contexts = new Map<string, SpanContext>();
  for (const link of links) {
    if (contexts.size === MAX_LINKS) break;
    const context = toSpanContext(link);
    if (context) contexts.set(context.spanId, context);
  }
  return [...contexts.values()].map((context) => ({ context }));
}
