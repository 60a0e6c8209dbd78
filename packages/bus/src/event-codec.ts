import { EVENT_ATTRIBUTE_NAMES, type EventAttributes, type HooklineEvent } from '@hookline/contracts';
import { BusError } from './errors.ts';
import type { EventHeaders } from './header-block.ts';

// CloudEvents NATS binding, binary content mode: attribute `x` is the header `ce-x`, its value percent-encoded as in
// the HTTP binding (space, ", % and everything outside printable ASCII), so a header block is pure ASCII.

const NEEDS_ENCODING = /[^\x21-\x7e]|["%]/;
const ENCODED = /(?:[^\x21-\x7e]|["%])+/g;

function encodeValue(value: string): string {
  if (!NEEDS_ENCODING.test(value)) return value;
  // A lone surrogate cannot be encoded, and is replaced as TextEncoder does. NUL is replaced too: Postgres cannot store
  // text with NUL, and an event that Postgres refuses would be lost although its sender was told that it is stored.
  return value.toWellFormed().replaceAll('\0', '\uFFFD').replace(ENCODED, encodeURIComponent);
}

function decodeValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const HEADER_NAMES = EVENT_ATTRIBUTE_NAMES.map((name) => [name, `ce-${name}`] as const);

const LINE_STARTS = EVENT_ATTRIBUTE_NAMES.map((name) => [name, `\r\nce-${name}: `] as const);

const REQUIRED = [
  'id',
  'type',
  'source',
  'time',
  'tenant',
  'provider',
  'receivedat',
  'via',
  'dedupekey',
] as const;

function checkRequired(attributes: { readonly [name: string]: string | undefined }): void {
  if (REQUIRED.some((name) => !attributes[name])) {
    const missing = REQUIRED.filter((name) => !attributes[name]);
    throw new BusError(
      'malformed_event',
      `not an event: no ${missing.map((name) => `ce-${name}`).join(', ')}`,
    );
  }
}

/**
 * The header lines of an event, each ended by CRLF, without the status line and the closing empty line. An optional
 * attribute that is empty is left out, because CloudEvents does not allow empty attributes.
 * @throws BusError `malformed_event` when a required attribute is missing or empty: no consumer could read the event
 */
export function encodeEventHeaders(attributes: EventAttributes): string {
  checkRequired(attributes);
  let lines = 'ce-specversion: 1.0\r\ncontent-type: application/json';
  for (const [name, start] of LINE_STARTS) {
    const value = attributes[name];
    if (value) lines += start + encodeValue(value);
  }
  return `${lines}\r\n`;
}

/**
 * @throws BusError `malformed_event` for a message that is not one of our events
 */
export function decodeEvent(headers: EventHeaders | undefined, data: Uint8Array): HooklineEvent {
  const attributes: Record<string, string> = {};
  if (headers) {
    for (const [name, header] of HEADER_NAMES) {
      const value = headers.get(header);
      if (value === '') continue;
      const decoded = decodeValue(value);
      // Postgres could store neither the event nor a note of it.
      if (decoded.includes('\0')) throw new BusError('malformed_event', `not an event: NUL in ce-${name}`);
      attributes[name] = decoded;
    }
  }
  checkRequired(attributes);
  const event = attributes as unknown as EventAttributes;
  return {
    attributes: event,
    ...(event.payloadref === undefined ? splitBody(event, data) : { payload: data }),
  };
}

/**
 * The payload and the kept request of an event, from a message's body or from the object that takes its place.
 * @throws BusError `malformed_event` when the body is shorter than the attribute says
 */
export function splitBody(
  { requestbytes }: Pick<EventAttributes, 'requestbytes'>,
  body: Uint8Array,
): Pick<HooklineEvent, 'payload' | 'request'> {
  if (requestbytes === undefined) return { payload: body };
  const bytes = Number(requestbytes);
  if (!(Number.isInteger(bytes) && bytes > 0 && bytes <= body.length)) {
    throw new BusError(
      'malformed_event',
      `not an event: ce-requestbytes is ${requestbytes}, and the body has ${body.length} bytes`,
    );
  }
  const end = body.length - bytes;
  return { payload: body.subarray(0, end), request: body.subarray(end) };
}

/** The inverse of `splitBody`: the payload, followed by the kept request if the event carries it. */
export function joinBody({ attributes, payload, request }: HooklineEvent): Uint8Array {
  return attributes.requestbytes === undefined || request === undefined
    ? payload
    : Buffer.concat([payload, request]);
}
