import type { HttpMethod, KeptMethod } from '@hookline/contracts';

/** The content of a request, before it is signed. */
export interface RequestContent {
  method: HttpMethod;
  /** The endpoint's own, or the output of its transformation. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Present if a provider's request is forwarded unchanged. */
  provider?: ProviderRequest;
}

/** The provider's parts of a forwarded request, beside its body. */
export interface ProviderRequest {
  /** In place of the endpoint's. */
  method: KeptMethod;
  /** Names in lower case; a header that was sent twice has several values. */
  headers: Readonly<Record<string, string | string[]>>;
  /** What the provider appended to the path: empty, or beginning with `/`. */
  pathSuffix: string;
  /** Without the question mark. */
  query: string;
  /** The whole address that the provider called, query included: some providers sign it. */
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
