import { EVENT_ATTRIBUTE_NAMES, type EventAttributes, type HooklineEvent } from '@hookline/contracts';
import type { MsgHdrs } from '@nats-io/nats-core';
import { BusError } from './errors.ts';

// CloudEvents NATS binding, binary content mode: attribute `x` is the header `ce-x`, its value percent-encoded as in
// the HTTP binding (space, ", % and everything outside printable ASCII), so a header block is pure ASCII.

const NEEDS_ENCODING = /[^\x21-\x7e]|["%]/;
const ENCODED = /[^\x21-\x7e]|["%]/gu;

function encodeValue(value: string): string {
  if (!NEEDS_ENCODING.test(value)) return value;
  // A lone surrogate cannot be encoded; it is replaced as TextEncoder would.
  return value.toWellFormed().replace(ENCODED, (char) => {
    let encoded = '';
    for (const byte of new TextEncoder().encode(char))
      encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return encoded;
  });
}

function decodeValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The header lines of an event, each ended by CRLF, without the status line and the closing empty line. */
export function encodeEventHeaders(attributes: EventAttributes): string {
  let lines = 'ce-specversion: 1.0\r\ncontent-type: application/json\r\n';
  for (const name of EVENT_ATTRIBUTE_NAMES) {
    const value = attributes[name];
    if (value !== undefined) lines += `ce-${name}: ${encodeValue(value)}\r\n`;
  }
  return lines;
}

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

/**
 * @throws BusError `malformed_event` for a message that is not one of our events
 */
export function decodeEvent(headers: MsgHdrs | undefined, data: Uint8Array): HooklineEvent {
  const attributes: Record<string, string> = {};
  if (headers) {
    for (const name of EVENT_ATTRIBUTE_NAMES) {
      const value = headers.get(`ce-${name}`);
      if (value !== '') attributes[name] = decodeValue(value);
    }
  }
  const missing = REQUIRED.filter((name) => attributes[name] === undefined);
  if (missing.length > 0) {
    throw new BusError(
      'malformed_event',
      `not an event: no ${missing.map((name) => `ce-${name}`).join(', ')}`,
    );
  }
  return { attributes: attributes as unknown as EventAttributes, payload: data };
}
