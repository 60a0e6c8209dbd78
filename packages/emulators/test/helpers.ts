import type { InboundRequest } from '@hookline/providers';
import type { ReceivedRequest } from '@hookline/testkit';

/** A received push as Hookline's verification takes it. */
export function toInbound(received: ReceivedRequest | undefined, origin: string): InboundRequest {
  if (received === undefined) throw new Error('No request arrived.');
  const headers: Record<string, string[]> = {};
  for (const [name, value] of received.rawHeaders) {
    headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), value];
  }
  const url = new URL(received.path, origin);
  return {
    method: received.method,
    headers,
    query: url.searchParams,
    url: url.href,
    rawBody: received.body,
    receivedAtMs: received.receivedAt.getTime(),
  };
}

export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('A value is missing.');
  return value;
}

/** Calls the real addresses of a provider at their places on the emulators' server. */
export function fetchAt(origins: Readonly<Record<string, string>>): typeof fetch {
  return async (input, init) => {
    const { origin, pathname, search } = new URL(input instanceof Request ? input.url : input);
    return await fetch(`${origins[origin] ?? origin}${pathname}${search}`, init);
  };
}
