import { createHash } from 'node:crypto';
import { HOPS_HEADER } from '@hookline/contracts';
import type { HopCounts } from '@hookline/service';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { ProviderRequest, RequestContent } from '../delivery/request-content.ts';
import type { OutgoingRequest } from './send-request.ts';
import { signRequest } from './sign-request.ts';

/** The subject of a request: an event, or a batch of events. */
export interface Message {
  id: string;
  type: string;
  content: RequestContent;
  /** An event's trace context; a batch has none. */
  traceparent?: string | null | undefined;
  /** The hop counts of the events. */
  hops?: readonly (string | null | undefined)[];
}

/** The parts that build requests. */
export interface RequestMaker {
  userAgent: string;
  hopCounts: Pick<HopCounts, 'write'>;
}

/** The stream may have any value, and a header that cannot be sent would fail the delivery for good. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Some receivers refuse a request without an `accept` header. Any type of answer is recorded. */
const ANYTHING = '*/*';

/**
 * Builds the signed request for an endpoint.
 * @param signedAtMs the time in the signature
 */
export function buildRequest(
  { userAgent, hopCounts }: RequestMaker,
  endpoint: CatalogEndpoint,
  { id, type, content, traceparent, hops = [] }: Message,
  signedAtMs = Date.now(),
): Omit<OutgoingRequest, 'timeoutMs' | 'partition'> {
  const { method, headers, body, provider } = content;
  const trace = typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {};
  if (provider) {
    const ours = endpoint.hooklineHeaders
      ? {
          ...trace,
          'hookline-original-url': provider.url,
          ...signRequest(endpoint, { id, type, body, signedAtMs }),
        }
      : {};
    return {
      method: provider.method,
      url: endpoint.url,
      path: appendTo(endpoint.url, provider),
      headers: {
        accept: ANYTHING,
        'user-agent': userAgent,
        ...withoutNamesakes(ours, provider),
        ...provider.headers,
        ...inLowerCase(headers),
        // Sent even without `hooklineHeaders`: nothing else ends a loop.
        [HOPS_HEADER]: hopCounts.write(hops),
      },
      body,
    };
  }
  return {
    method,
    url: endpoint.url,
    headers: {
      ...(Object.keys(headers).some((name) => name.toLowerCase() === 'accept') ? {} : { accept: ANYTHING }),
      ...trace,
      ...headers,
      'content-type': 'application/json',
      'user-agent': userAgent,
      [HOPS_HEADER]: hopCounts.write(hops),
      ...signRequest(endpoint, { id, type, body, signedAtMs }),
    },
    body,
  };
}

/** As a provider's headers are, so that the endpoint's header replaces the provider's header of the same name. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The endpoint's path and query, each followed by the provider's, unchanged: some providers sign them. */
function appendTo({ pathname, search }: URL, { pathSuffix, query }: ProviderRequest): string {
  const path = pathSuffix === '' ? pathname : `${pathname.replace(/\/$/, '')}${pathSuffix}`;
  if (query === '') return path + search;
  return `${path}${search === '' ? '?' : `${search}&`}${query}`;
}

/**
 * A provider may send headers of the same names, if it signs by Standard Webhooks. Its headers stay unchanged, and a
 * signature of Hookline that would lose one of its headers is left out as a whole.
 */
function withoutNamesakes(
  ours: Readonly<Record<string, string>>,
  { headers }: ProviderRequest,
): Record<string, string> {
  const families = new Set(
    Object.keys(ours)
      .filter((name) => name in headers)
      .map(familyOf),
  );
  return Object.fromEntries(Object.entries(ours).filter(([name]) => !families.has(familyOf(name))));
}

/** Headers that belong together. */
function familyOf(name: string): string {
  if (name === 'traceparent' || name === 'hookline-original-url') return name;
  return name.startsWith('x-webhook-') ? 'x-webhook' : 'signature';
}

/**
 * Builds the content of a batch: an event of its own type, whose data are the bodies of its events. Its id is a hash of
 * their ids, so each attempt at the same events has the same id. Method and headers are the endpoint's, whatever the
 * transformations of single events set.
 */
export function toBatch(
  { id: endpointId, method, headers }: CatalogEndpoint,
  parts: readonly {
    delivery: Pick<DueDelivery, 'eventId' | 'eventTime' | 'hops'>;
    content: RequestContent;
  }[],
): Message {
  const hash = createHash('sha256').update(endpointId);
  let timestamp = '';
  for (const { delivery } of parts) {
    hash.update(`\0${delivery.eventId}`);
    if (delivery.eventTime > timestamp) timestamp = delivery.eventTime;
  }
  const id = `bat_${hash.digest('hex').slice(0, 32)}`;
  const bytes: Uint8Array[] = [
    Buffer.from(`{"id":"${id}","type":"batch","timestamp":"${timestamp}","data":[`),
  ];
  for (const [index, { content }] of parts.entries()) {
    if (index > 0) bytes.push(COMMA);
    bytes.push(content.body);
  }
  bytes.push(END);
  return {
    id,
    type: 'batch',
    content: { method, headers, body: Buffer.concat(bytes) },
    hops: parts.map(({ delivery }) => delivery.hops),
  };
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');
