export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

/** An attribute whose value is undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  kind: SpanKind;
  /** `traceparent` of the span that this one is a child of. Undefined, or not valid: the span begins a trace. */
  parent?: string | null | undefined;
  /** `traceparent` of each span that this one is related to, where there is no single parent. */
  links?: readonly (string | null | undefined)[];
  attributes?: SpanAttributes;
  /** By performance.now(). Default: now. */
  startedAtMs?: number;
}

/** A piece of work in a trace. It is exported once it has ended. */
export interface Span {
  /** W3C trace context by which work elsewhere continues the trace. */
  readonly traceparent: string;
  setAttributes(attributes: SpanAttributes): void;
  /** Marks the work as failed. @param errorType a code, of which there are few */
  fail(errorType: string): void;
  /** Calls after the first have no effect. */
  end(): void;
}

/** What spans are made with. A service without tracing has none, and does no work for it. */
export interface Tracing {
  /** @param name one of few: what differs from span to span goes into the attributes */
  startSpan(name: string, options: SpanOptions): Span;
  /** Exports the spans that have ended, and gives up after some seconds. */
  close(): Promise<void>;
}

/** As OTEL_TRACES_SAMPLER names them. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface TracingOptions {
  /** Base URL of an OTLP/HTTP receiver, such as http://localhost:4318. */
  endpoint: string;
  /** Which traces are exported. Default `parentbased_always_on`. */
  sampler?: (typeof SAMPLERS)[number] | undefined;
  /** The share of traces that a `traceidratio` sampler exports, from 0 to 1. Default 1. */
  samplerRatio?: number | undefined;
}
