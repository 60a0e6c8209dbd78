import { arrayItems, parsePointer, pointedValue, rootSlice, type Slice, sliceAt } from '@hookline/json';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isJsonObject } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { createEvent, type EventDescription } from './create-event.ts';

/** The description of an event without the bytes of its item. */
type ItemDescription = Omit<EventDescription, 'payload'>;

/**
 * `interpret` of providers that send several events per request. Each item becomes an event with its received bytes.
 * @param list a JSON pointer to the array; empty: the body itself
 */
export function interpretBatch(
  list: string,
  describe: (item: unknown, request: InboundRequest) => ItemDescription,
): Provider['interpret'] {
  return (request) => readBatch(request.rawBody, list, (item) => describe(item, request));
}

/**
 * The events of a JSON text that contains a list of events.
 * @param list a JSON pointer to the array; empty: the text itself. A segment `*` stands for each item of a list of
 * groups
 * @param describe receives the number of the item's group
 * @param isOptional whether an object without the list is one event
 */
export function readBatch(
  bytes: Buffer,
  list: string,
  describe: (item: unknown, envelope: unknown, bytes: Buffer, group: number) => ItemDescription,
  // If the body itself is the list, a request may contain one event without a list.
  isOptional = list === '',
): { readonly ok: true; readonly events: readonly NormalizedEvent[] } | Rejection {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return parsed;
  const [outer = '', inner] = list.split('/*');
  const segments = parsePointer(outer);
  const items = pointedValue(parsed.value, segments);
  const slice = sliceAt(bytes, segments);
  const isMissing = list === '' || items === undefined;
  if (isOptional && isMissing && isJsonObject(parsed.value)) {
    const root = rootSlice(bytes);
    const payload = bytes.subarray(root.start, root.end);
    return {
      ok: true,
      events: [createEvent({ ...describe(parsed.value, parsed.value, payload, 0), payload })],
    };
  }
  if (!Array.isArray(items) || slice === undefined) {
    return reject('malformed_body', `${list === '' ? 'The body' : `The member "${list}"`} must be a list.`);
  }
  const parts = cutItems(bytes, items, slice);
  const grouped = inner === undefined ? parts : cutGroups(parts, inner);
  if (grouped === undefined) return reject('malformed_body', `Each member "${list}" must be a list.`);
  const events = grouped.map(({ value, payload, group }) =>
    createEvent({ ...describe(value, parsed.value, payload, group), payload }),
  );
  return { ok: true, events };
}

interface Item {
  readonly value: unknown;
  readonly payload: Buffer;
  readonly group: number;
}

function cutItems(bytes: Buffer, items: readonly unknown[], slice: Slice, group = 0): Item[] {
  return arrayItems(bytes, slice).map(({ start, end }, index) => ({
    value: items[index],
    payload: bytes.subarray(start, end),
    group,
  }));
}

/** The items of the lists at a pointer into each group. Undefined if a group has no list. */
function cutGroups(groups: readonly Item[], list: string): Item[] | undefined {
  const segments = parsePointer(list);
  const items: Item[] = [];
  for (const [group, { value, payload }] of groups.entries()) {
    const found = pointedValue(value, segments);
    const slice = sliceAt(payload, segments);
    if (!Array.isArray(found) || slice === undefined) return undefined;
    for (const item of cutItems(payload, found, slice, group)) items.push(item);
  }
  return items;
}
