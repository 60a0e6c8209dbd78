import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCloudEvents } from './events/cloud-events.ts';
import type { Interpretation } from './provider/interpretation.ts';
import type { NormalizedEvent } from './provider/normalized-event.ts';
import type { Provider } from './provider/provider.ts';
import type { InboundRequest } from './request/inbound-request.ts';
import { viewsOf } from './request/request-views.ts';

/**
 * A request as a provider sends it, but for its signature: names and nesting as documented, values made up. One file a
 * provider, `samples/<id>.json`.
 */
export interface Sample {
  /** What happened, for the person who chooses one. */
  readonly title: string;
  /** Default POST. */
  readonly method?: string;
  /** Beside the content type and the signature, with names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Such as `a=1&b=2`. */
  readonly query?: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** JSON as it is; anything else as a text. */
  readonly body: unknown;
  /** The events that become of it, in their order. An empty list: it is answered, and no event. */
  readonly events: readonly SampleEvent[];
}

/** What is said of an event is all that the provider says of it, except where it is a hash. */
export interface SampleEvent {
  readonly type: string;
  /** Default: the provider, as in `/github`. */
  readonly source?: string;
  readonly subject?: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly deliveryId?: string;
  readonly action?: string;
  readonly repository?: string;
  readonly control?: { readonly kind: string; readonly reason?: string };
}

const FOLDER = join(import.meta.dirname, '..', 'samples');
const read = new Map<string, readonly Sample[]>();

/** The samples of a provider, the most usual first. Read when they are asked for, and then kept. */
export function listSamples(provider: string): readonly Sample[] {
  const known = read.get(provider);
  if (known !== undefined) return known;
  const file = join(FOLDER, `${provider}.json`);
  const samples = /^[a-z0-9-]+$/.test(provider) && existsSync(file) ? parse(file) : [];
  read.set(provider, samples);
  return samples;
}

function parse(file: string): readonly Sample[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Sample[];
}

/** The events that a request of this kind becomes, with the payloads that they would have. */
export function eventsOfSample(provider: Provider, sample: Sample): readonly NormalizedEvent[] {
  const interpretation = interpretSample(provider, sample);
  return interpretation.ok && 'events' in interpretation ? interpretation.events : [];
}

/** What is made of a request like the sample, once its signature was right. */
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
    // It was never received, and no event takes its time from that.
    receivedAtMs: 0,
  };
}
