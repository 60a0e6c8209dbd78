import { createEvent, type EventDescription } from './create-event.ts';
import type { InboundRequest } from './inbound-request.ts';
import { arrayItems, objectMembers, rootSlice } from './json/json-slices.ts';
import { parseJson } from './json/parse-json.ts';
import type { Interpretation, Provider } from './provider.ts';
import { reject } from './rejection.ts';

/**
 * `interpret` of providers that send several events per request, in a JSON array that is the body itself or a member
 * of it. Each item becomes an event, with the bytes that were received of it.
 */
export function interpretBatch(
  member: string | undefined,
  describe: (item: unknown, request: InboundRequest) => Omit<EventDescription, 'payload'>,
): Provider['interpret'] {
  return (request): Interpretation => {
    const bytes = request.rawBody;
    const parsed = parseJson(bytes);
    if (!parsed.ok) return parsed;
    const root = rootSlice(bytes);
    const list = member === undefined ? root : objectMembers(bytes, root).get(member)?.value;
    if (list === undefined || bytes[list.start] !== OPEN_ARRAY) {
      const place = member === undefined ? 'The body' : `The member "${member}"`;
      return reject('malformed_body', `${place} is not a list.`);
    }
    const events = arrayItems(bytes, list).map(({ start, end }) => {
      const payload = bytes.subarray(start, end);
      return createEvent({ ...describe(JSON.parse(payload.toString('utf8')), request), payload });
    });
    return { ok: true, events };
  };
}

const OPEN_ARRAY = 0x5b;
