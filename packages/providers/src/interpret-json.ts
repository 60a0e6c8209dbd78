import type { EventDescription } from './create-event.ts';
import { createEvent } from './create-event.ts';
import type { InboundRequest } from './inbound-request.ts';
import type { JsonObject } from './json/json-access.ts';
import { parseJsonObject } from './json/parse-json.ts';
import type { Provider } from './provider.ts';

/** `interpret` of the many providers that send one event per request, as a JSON object. */
export function interpretJsonObject(
  describe: (body: JsonObject, request: InboundRequest) => Omit<EventDescription, 'payload'>,
): Provider['interpret'] {
  return (request) => {
    const parsed = parseJsonObject(request.rawBody);
    if (!parsed.ok) return parsed;
    return {
      ok: true,
      events: [createEvent({ ...describe(parsed.value, request), payload: request.rawBody })],
    };
  };
}
