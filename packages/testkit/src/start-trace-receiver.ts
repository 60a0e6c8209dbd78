import { decodeSpans, type ReceivedSpan } from './decode-spans.ts';
import { type Respond, startReceiver } from './start-receiver.ts';
import { until } from './until.ts';

export interface TraceReceiver {
  /** The URL for OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** All spans received so far. */
  spans(): ReceivedSpan[];
  /** Waits until at least this many spans match. */
  waitFor(count: number, fits?: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan[]>;
  close(): Promise<void>;
}

/** An OTLP/HTTP receiver of traces in protobuf encoding. */
export async function startTraceReceiver(respond?: Respond): Promise<TraceReceiver> {
  const receiver = await startReceiver(respond ? { respond } : {});
  const spans = () =>
    receiver.requests
      .filter(
        ({ path, headers }) => path === '/v1/traces' && headers['content-type'] === 'application/x-protobuf',
      )
      .flatMap(({ body }) => decodeSpans(body));
  return {
    endpoint: receiver.url.replace(/\/$/, ''),
    spans,
    waitFor: (count, fits = () => true) =>
      until(
        () => {
          const found = spans().filter(fits);
          return found.length >= count ? found : undefined;
        },
        { what: `${count} spans` },
      ),
    close: () => receiver.close(),
  };
}
