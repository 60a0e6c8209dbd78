import { readCloudEvents } from './events/cloud-events.ts';
import type { Sample } from './list-samples.ts';
import type { Interpretation } from './provider/interpretation.ts';
import type { NormalizedEvent } from './provider/normalized-event.ts';
import type { Provider } from './provider/provider.ts';
import type { InboundRequest } from './request/inbound-request.ts';
import { viewsOf } from './request/request-views.ts';

/** The events of a sample, with their payloads. */
export function eventsOfSample(provider: Provider, sample: Sample): readonly NormalizedEvent[] {
  const interpretation = interpretSample(provider, sample);
  return interpretation.ok && 'events' in interpretation ? interpretation.events : [];
}

/** The interpretation of a request like the sample after its verification. */
export function interpretSample(provider: Provider, sample: Sample): Interpretation {
  const { content } = viewsOf(toRequest(sample));
  const events = readCloudEvents(provider, content);
  return events === undefined ? provider.interpret(content) : { ok: true, events };
}

function toRequest({
  method = 'POST',
  headers = {},
  query = '',
  contentType = 'application/json',
  body,
}: Sample): InboundRequest {
  const isText = typeof body === 'string' && !/\bjson\b/.test(contentType);
  return {
    method,
    headers: {
      'content-type': [contentType],
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    },
    query: new URLSearchParams(query),
    url: `https://hooks.example.com/in/1${query === '' ? '' : `?${query}`}`,
    rawBody: method === 'GET' ? Buffer.alloc(0) : Buffer.from(isText ? body : JSON.stringify(body)),
    // A sample was never received, and no event takes its time from the time of receipt.
    receivedAtMs: 0,
  };
}
