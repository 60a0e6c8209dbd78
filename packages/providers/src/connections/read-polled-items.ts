import { arrayItems, identifierAt, parsePointer, pointedValue, sliceAt } from '@hookline/json';
import { createEvent } from '../events/create-event.ts';
import { toTimeMsOf } from '../events/times.ts';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import { parseJson } from '../request/json/parse-json.ts';
import type {
  ItemPlace,
  NaturalKey,
  PolledAccount,
  PolledPart,
  PolledType,
  PollingSpecification,
} from './polling-specification.ts';

/** An item of an answer as an event. For a snapshot it is the event of a new item. */
export interface PolledItem {
  /** Identifies the item among the items of its poll. */
  readonly id: string;
  /** The identity by which the item is known. */
  readonly seenAs: string;
  readonly naturalKey: NaturalKey | undefined;
  readonly event: NormalizedEvent;
  /** The values that a snapshot remembers, by the last segment of their pointers: a JSON object, with all its digits. */
  readonly remembered: string | undefined;
}

export interface ReadItems {
  readonly items: readonly PolledItem[];
  /** Items without an identity, which cannot be events. */
  readonly unreadable: number;
}

/** An answer's list that is longer is read up to here. No provider's page has more. */
const MAX_ITEMS = 10_000;
/** The most characters of a value that a snapshot remembers. */
const MAX_REMEMBERED = 200;

/**
 * The items of a poll's answer, in its order. Payloads are slices of the received bytes.
 * @returns undefined if the answer is not JSON, or has no list where the definition says
 */
export function readPolledItems(
  provider: string,
  poll: PollingSpecification,
  body: Buffer,
  about: PolledAccount,
): ReadItems | undefined {
  const slices = slicesOf(body, poll);
  if (slices === undefined) return undefined;
  const items: PolledItem[] = [];
  let unreadable = 0;
  for (const bytes of slices) {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const found =
      'explode' in poll.events
        ? poll.events.explode(value, about).map((part) => toPartItem(provider, part, about))
        : [toItem(provider, poll, value, bytes, about)];
    for (const item of found) {
      if (item === undefined) unreadable++;
      else items.push(item);
    }
  }
  return { items, unreadable };
}

/**
 * The items of a resync, see `PollingResync`.
 * @returns undefined if the answer is not JSON, or has no list where the definition says
 */
export function readResyncItems(
  provider: string,
  resync: {
    readonly items: string;
    readonly omitsEmptyItems?: boolean;
    readonly explode: (item: unknown, about: PolledAccount) => readonly PolledPart[];
  },
  body: Buffer,
  about: PolledAccount,
): ReadItems | undefined {
  const slices = slicesOf(body, resync);
  if (slices === undefined) return undefined;
  const items = slices
    .flatMap((bytes) => resync.explode(JSON.parse(bytes.toString('utf8')), about))
    .map((part) => toPartItem(provider, part, about));
  return { items, unreadable: 0 };
}

function slicesOf(
  body: Buffer,
  place: { readonly items: string; readonly omitsEmptyItems?: boolean },
): Buffer[] | undefined {
  const parsed = parseJson(body);
  if (!parsed.ok) return undefined;
  const segments = parsePointer(place.items);
  const value = pointedValue(parsed.value, segments);
  const isObject = typeof parsed.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value);
  if (value === undefined && place.omitsEmptyItems && isObject) return [];
  const list = Array.isArray(value) ? sliceAt(body, segments) : undefined;
  if (list === undefined) return undefined;
  return arrayItems(body, list)
    .slice(0, MAX_ITEMS)
    .map(({ start, end }) => body.subarray(start, end));
}

function toItem(
  provider: string,
  poll: PollingSpecification,
  value: unknown,
  bytes: Buffer,
  about: PolledAccount,
): PolledItem | undefined {
  const values = poll.itemId.map((pointer) => identifierAt(bytes, value, pointer));
  if (values.includes(undefined)) return undefined;
  const id = values.join(':');
  const { events, itemTime } = poll;
  const place = poll.place?.(value, about) ?? placeOfAccount(about);
  const action = 'typeAt' in events ? actionOf(value, events.actionAt) : undefined;
  const { type, action: namedAction } = nameOf(poll, value, action);
  return {
    id,
    seenAs: id,
    naturalKey: poll.naturalKey?.(value, about),
    event: createEvent({
      provider,
      type: [type, namedAction],
      source: place.source,
      subject: place.subject,
      repository: place.repository,
      action: namedAction,
      timeMs:
        itemTime === undefined
          ? undefined
          : toTimeMsOf(itemTime.unit, pointedValue(value, parsePointer(itemTime.at))),
      deliveryId: id,
      dedupeFields: [],
      payload: bytes,
    }),
    remembered: 'remember' in events ? remember(value, bytes, events.remember) : undefined,
  };
}

function toPartItem(provider: string, part: PolledPart, about: PolledAccount): PolledItem {
  const place = placeOfAccount(about);
  return {
    id: part.id,
    seenAs: part.seenAs ?? part.id,
    naturalKey: { key: part.id },
    event: createEvent({
      provider,
      type: [part.type],
      source: place.source,
      subject: part.subject ?? place.subject,
      timeMs: part.timeMs,
      deliveryId: part.id,
      dedupeFields: [],
      payload: Buffer.from(JSON.stringify(part.payload)),
    }),
    remembered: undefined,
  };
}

/** The event of an item that a snapshot no longer has. */
export function removedItemEvent(
  provider: string,
  poll: PollingSpecification,
  removed: { readonly id: string; readonly remembered: string },
  about: PolledAccount,
): NormalizedEvent {
  if (!('removed' in poll.events)) throw new Error(`The poll ${poll.id} is not a snapshot.`);
  const place = placeOfAccount(about);
  return createEvent({
    provider,
    type: [poll.events.removed],
    source: place.source,
    subject: place.subject,
    deliveryId: removed.id,
    dedupeFields: [],
    payload: Buffer.from(removed.remembered),
  });
}

function placeOfAccount({ accountId, accountName }: PolledAccount): ItemPlace {
  return { source: [accountId], subject: accountName ?? accountId };
}

function nameOf(
  { events }: PollingSpecification,
  value: unknown,
  action: string | undefined,
): { type: string; action: string | undefined } {
  if ('typeAt' in events) {
    const name = pointedValue(value, parsePointer(events.typeAt));
    const known =
      typeof name === 'string' && Object.hasOwn(events.types, name) ? events.types[name] : undefined;
    const named = known ?? events.otherwise;
    return typeof named === 'string'
      ? { type: named, action }
      : { type: named.type, action: renamed(named, action) };
  }
  if ('type' in events) return { type: events.type, action: undefined };
  if ('added' in events) return { type: events.added, action: undefined };
  throw new Error('An item that explodes has no name of its own.');
}

function renamed({ action, actions }: PolledType, given: string | undefined): string | undefined {
  if (action !== undefined) return action ?? undefined;
  return given !== undefined && actions !== undefined && Object.hasOwn(actions, given)
    ? actions[given]
    : given;
}

function actionOf(value: unknown, pointer: string | undefined): string | undefined {
  const action = pointer === undefined ? undefined : pointedValue(value, parsePointer(pointer));
  return typeof action === 'string' ? action : undefined;
}

/** Only scalars, and only short ones: a snapshot is stored after each poll. */
function remember(value: unknown, bytes: Buffer, pointers: readonly string[]): string {
  const remembered = new Map<string, string>();
  for (const pointer of pointers) {
    const segments = parsePointer(pointer);
    const found = pointedValue(value, segments);
    const name = segments.at(-1);
    if (name === undefined) continue;
    if (typeof found === 'string')
      remembered.set(name, JSON.stringify(found.slice(0, MAX_REMEMBERED).toWellFormed()));
    else if (typeof found === 'boolean') remembered.set(name, String(found));
    else if (typeof found === 'number') {
      const { start, end } = sliceAt(bytes, segments) ?? { start: 0, end: 0 };
      const isShort = start < end && end - start <= MAX_REMEMBERED;
      if (isShort) remembered.set(name, bytes.toString('latin1', start, end));
    }
  }
  return `{${[...remembered].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** The list at a JSON pointer of a parsed answer; undefined if there is none. */
export function arrayAt(root: unknown, pointer: string): readonly unknown[] | undefined {
  const value = pointedValue(root, parsePointer(pointer));
  return Array.isArray(value) ? value : undefined;
}
