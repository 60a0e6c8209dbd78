import { createHash } from 'node:crypto';
import { HOPS_HEADER } from '@hookline/contracts';
import type { HopCounts } from '@hookline/service';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { ProviderRequest, RequestContent } from '../delivery/request-content.ts';
import type { OutgoingRequest } from './send-request.ts';
import { signRequest } from './sign-request.ts';

/** What a request is about: an event, or a batch of them. */
export interface Message {
  id: string;
  type: string;
  content: RequestContent;
  /** Of an event; a batch is of many requests, and has none. */
  traceparent?: string | null | undefined;
  /** Of each event, how often it has come through this installation. */
  hops?: readonly (string | null | undefined)[];
}

/** What requests are made with. */
export interface RequestMaker {
  userAgent: string;
  hopCounts: Pick<HopCounts, 'write'>;
}

/** What comes from the stream may be anything, and a header that cannot be sent would fail its delivery for good. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Some receivers refuse a request without the header. What they answer with is shown, whatever it is. */
const ANYTHING = '*/*';

/**
 * What is sent to an endpoint: the content, signed.
 * @param signedAtMs the time that the signature bears
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
        // Also where our other headers are not wanted: a loop is cut by nothing else.
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

/** A provider's headers are, so that one of the endpoint's takes the place of its namesake. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The endpoint's path and query, and behind each what the provider called. Its text is not touched: some sign it. */
function appendTo({ pathname, search }: URL, { pathSuffix, query }: ProviderRequest): string {
  const path = pathSuffix === '' ? pathname : `${pathname.replace(/\/$/, '')}${pathSuffix}`;
  if (query === '') return path + search;
  return `${path}${search === '' ? '?' : `${search}&`}${query}`;
}

/**
 * A provider may send headers of the same names, as those do that sign by Standard Webhooks. Its own stay as they came,
 * and none of ours is left of a signature of which a part would be missing.
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

/** Headers that mean nothing without each other. */
function familyOf(name: string): string {
  if (name === 'traceparent' || name === 'hookline-original-url') return name;
  return name.startsWith('x-webhook-') ? 'x-webhook' : 'signature';
}

/**
 * A batch is sent as an event of its own kind, whose data are the bodies of its events. Its id is made of theirs: it
 * is the same for every attempt at the same events. Method and headers are the endpoint's, whatever transformations
 * made of them for single events.
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
