import type { Provider } from '../provider/provider.ts';
import { isRejection, jsonOf } from '../request/form/read-form.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import type { JsonObject } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import type { EventDescription } from './create-event.ts';
import { createEvent } from './create-event.ts';

/** `interpret` of the many providers that send one event per request, as a JSON object or a form. */
export function interpretJsonObject(
  describe: (body: JsonObject, request: InboundRequest) => Omit<EventDescription, 'payload'>,
): Provider['interpret'] {
  return (request) => {
    const payload = jsonOf(request);
    if (isRejection(payload)) return payload;
    const parsed = parseJsonObject(payload);
    if (!parsed.ok) return parsed;
    return { ok: true, events: [createEvent({ ...describe(parsed.value, request), payload })] };
  };
}
