import type { HttpMethod, KeptMethod } from '@hookline/contracts';

/** The part of a request that belongs to the event and the endpoint, before it is signed. */
export interface RequestContent {
  method: HttpMethod;
  /** The endpoint's own, or what its transformation made of them. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** It is a provider's request, sent on as it came. */
  provider?: ProviderRequest;
}

/** What is a provider's in a request that is sent on, beside its bytes. */
export interface ProviderRequest {
  /** In place of the endpoint's. */
  method: KeptMethod;
  /** Names in lower case; a header that was sent twice has several values. */
  headers: Readonly<Record<string, string | string[]>>;
  /** What the provider appended to the path: empty, or beginning with `/`. */
  pathSuffix: string;
  /** Without the question mark. */
  query: string;
  /** The address as the provider called it, query and all: some sign it. */
  url: string;
}

/** What a body says of its event. */
export interface EnvelopedEvent {
  eventId: string;
  eventType: string;
  /** RFC 3339. */
  eventTime: string;
  payload: Uint8Array;
}

/** The body that is sent unless a transformation makes another: the payload's own bytes, between a head and a tail. */
export function buildEnvelope({ eventId, eventType, eventTime, payload }: EnvelopedEvent): Buffer {
  // Never parsed, never serialised again.
  const head = Buffer.from(`{"id":"${eventId}","type":"${eventType}","timestamp":"${eventTime}","data":`);
  const body = Buffer.allocUnsafe(head.length + payload.length + 1);
  head.copy(body);
  body.set(payload, head.length);
  body[body.length - 1] = 0x7d; // }
  return body;
}

/** The same bytes, not copied. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
