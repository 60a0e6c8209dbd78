import { createHash, timingSafeEqual } from 'node:crypto';
import {
  arrayItems,
  type MemberSlice,
  objectMembers,
  rootSlice,
  type Slice,
  scalarText,
} from '@hookline/json';
import { createEvent } from '../events/create-event.ts';
import { toTimeMs } from '../events/times.ts';
import { echoAnswer, emptyOkWithin } from '../provider/http-answer.ts';
import type { HandshakeConfig, HandshakeResult, Interpretation } from '../provider/interpretation.ts';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { idAt, isJsonObject, type JsonObject, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { compileHmacScheme } from '../schemes/hmac.ts';
import { META_EVENT_TYPES } from './meta/event-types.ts';

const MAX_CHALLENGE_LENGTH = 512;
const SUBSCRIBED_APPS_URL = 'https://graph.facebook.com/{graphVersion}/{pageId}/subscribed_apps';

/**
 * Instagram, Facebook and WhatsApp: one address and one app secret for all. `X-Hub-Signature-256: sha256=<hex>` over
 * the raw bytes, in which Meta escapes more than JSON asks for. A request is a batch of up to 1000 entries with any
 * number of items and has no id; each item becomes an event by itself, cut from the bytes received.
 */
export const meta: Provider = {
  id: 'meta',
  aliases: ['instagram', 'facebook', 'whatsapp'],
  name: 'Meta (Instagram, Facebook, WhatsApp)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'the id of the entry, with: mid and state of a message; id of a WhatsApp message; id, status, recipient and time of a WhatsApp status; else the time and a hash of the item',
    names: 'the event of a message, not the message: a deletion, an echo or an edit has the same mid',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 129_600,
  },
  setup: [
    'In the App Dashboard of Meta, copy the App secret under App settings, Basic, and store it here.',
    'Generate a verify token, store it here too, and then add the product Webhooks to the app.',
    'Enter the address of this source as Callback URL, and the verify token. Meta verifies the address immediately with a GET, and Hookline answers.',
    'Subscribe to the fields that you need. Also subscribe the app to each page and account (subscribed_apps).',
  ],
  documentation: 'https://developers.facebook.com/docs/graph-api/webhooks',
  ...compileHmacScheme({
    signature: { header: 'x-hub-signature-256', prefix: 'sha256=' },
    encoding: 'hex',
  }),
  handshake,
  interpret,
  alwaysSends: ['object', 'entry'],
  answer: emptyOkWithin(20_000),
  environment: {
    secrets: ['META_APP_SECRET', 'APP_SECRET'],
    verifyTokens: ['META_VERIFY_TOKEN', 'VERIFY_TOKEN', 'WEBHOOK_VERIFY_TOKEN'],
  },
  eventTypes: META_EVENT_TYPES,
  // A page's own subscription, with the token of the page. What is sent where is a setting of the application.
  watches: [
    {
      id: 'page',
      scopes: ['pages_manage_metadata'],
      polls: [],
      receiver: 'application',
      sharedByAccount: true,
      create: {
        method: 'POST',
        url: SUBSCRIBED_APPS_URL,
        body: { form: { subscribed_fields: '{fields}' } },
        authorization: 'bearer',
      },
      confirmedBy: 'none',
      unconfirmed: 'Meta shows under Webhooks of the application whether it can reach the address.',
      problems: [],
      stop: { method: 'DELETE', url: SUBSCRIBED_APPS_URL, authorization: 'bearer' },
    },
  ],
};

/** Meta sends a GET when a person enters the address. The answer returns the challenge if the verify token is right. */
function handshake(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined {
  if (request.method !== 'GET') return undefined;
  const { query } = request;
  const names = ['hub.mode', 'hub.verify_token', 'hub.challenge'];
  const [mode, token, challenge] = names.map((name) => query.get(name) ?? '');
  const once = names.every((name) => query.getAll(name).length === 1);
  if (!once || mode !== 'subscribe' || !challenge || challenge.length > MAX_CHALLENGE_LENGTH) {
    return reject(
      'malformed_handshake',
      'A GET must be Meta\'s handshake: "hub.mode=subscribe", "hub.verify_token" and "hub.challenge", each once.',
    );
  }
  const verifyTokens = config.verifyTokens.filter((verifyToken) => verifyToken !== '');
  if (verifyTokens.length === 0) {
    return reject(
      'no_verify_token',
      'No verify token is configured, so Hookline cannot answer the handshake.',
    );
  }
  let matches = false;
  for (const verifyToken of verifyTokens) matches = equalInConstantTime(verifyToken, token ?? '') || matches;
  if (!matches) {
    return reject('invalid_verify_token', 'The verify token differs from the configured one.');
  }
  return { ok: true, answer: echoAnswer(challenge), reason: 'meta_challenge' };
}

/** Compares digests, because texts of different lengths cannot be compared in constant time. */
function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The lists of an entry whose items are events. */
const ITEM_LISTS = ['changes', 'messaging', 'standby'] as const;
type ItemList = (typeof ITEM_LISTS)[number];

function interpret(request: InboundRequest): Interpretation {
  const bytes = request.rawBody;
  const parsed = parseJsonObject(bytes);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  const object = textAt(body, 'object') ?? 'unknown';
  const members = objectMembers(bytes, rootSlice(bytes));
  const entryList = members.get('entry');
  const entries = valueAt(body, 'entry');
  if (entryList === undefined || !Array.isArray(entries)) {
    // Not a documented batch, but the signature is valid, so it is kept unchanged.
    return {
      ok: true,
      events: [
        createEvent({
          provider: 'meta',
          type: [object],
          source: [object],
          dedupeFields: [object],
          payload: bytes,
        }),
      ],
    };
  }
  const head = members.get('object');
  const batch: Batch = {
    bytes,
    object,
    objectJson: head === undefined ? NULL : cut(bytes, head.value),
    occurrences: new Map(),
  };
  const events = arrayItems(bytes, entryList.value).flatMap((slice, index) =>
    eventsOfEntry(batch, slice, entries[index]),
  );
  return { ok: true, events };
}

interface Batch {
  readonly bytes: Buffer;
  readonly object: string;
  /** The value of `object` as received. */
  readonly objectJson: Buffer;
  /** How often each item occurred in this request, by the hash of its bytes. */
  readonly occurrences: Map<string, number>;
}

const NULL = Buffer.from('null');

function eventsOfEntry(batch: Batch, slice: Slice, entry: unknown): NormalizedEvent[] {
  const { bytes, object } = batch;
  const members = objectMembers(bytes, slice);
  const entryIdSlice = members.get('id')?.value;
  const entryId = entryIdSlice === undefined ? undefined : scalarText(bytes, entryIdSlice);
  const lists = ITEM_LISTS.filter((name) => Array.isArray(valueAt(entry, name)));
  if (lists.length === 0) {
    // Hooks without values send `changed_fields` in place of `changes`.
    return [
      createEvent({
        provider: 'meta',
        type: [object],
        source: [object, entryId],
        timeMs: toTimeMs(valueAt(entry, 'time')),
        dedupeFields: [object, entryId, identityOf(batch, cut(bytes, slice))],
        payload: join(['{"object":', batch.objectJson, ',"entry":', cut(bytes, slice), '}']),
      }),
    ];
  }
  const entryJson = entryWithoutLists(bytes, members, lists);
  return lists.flatMap((list) => {
    const items = valueAt(entry, list);
    const listSlice = members.get(list)?.value;
    if (!Array.isArray(items) || listSlice === undefined) return [];
    const parts = arrayItems(bytes, listSlice).flatMap((slice, index): Item[] => {
      const value = isJsonObject(items[index]) ? items[index] : {};
      const json = cut(bytes, slice);
      return list === 'changes' ? splitChange(value, json) : [{ value, json }];
    });
    return parts.map(({ value, json }) => {
      const { type, ...description } =
        list === 'changes' ? describeChange(value) : describeMessaging(list, value);
      const hash = identityOf(batch, json);
      const time = scalarOf(
        valueAt(list === 'changes' ? entry : value, list === 'changes' ? 'time' : 'timestamp'),
      );
      // An item without an id of its own happened at a time; without one, only the window tells its repeats.
      const id = description.id ?? (time === undefined ? undefined : `${list}:${time}:${hash}`);
      return createEvent({
        ...description,
        provider: 'meta',
        type: [object, ...type],
        source: [object, entryId],
        timeMs: description.timeMs ?? toTimeMs(valueAt(entry, 'time')),
        // The two sides of a conversation may be two entries with one message id.
        deliveryId: id === undefined ? undefined : `${entryId ?? ''}/${id}`,
        dedupeFields: [object, entryId, list, hash],
        payload: join([
          '{"object":',
          batch.objectJson,
          ',"entry":',
          entryJson,
          list === 'changes' ? ',"change":' : `,"${list}":`,
          json,
          '}',
        ]),
      });
    });
  });
}

/** An item of an entry's list, or a part of one, as an event has it. */
interface Item {
  readonly value: JsonObject;
  readonly json: Buffer;
}

/** What WhatsApp puts into the value of one change. */
const CHANGE_LISTS = ['messages', 'statuses'] as const;
/** Each event repeats the shared part of a change. A change with a larger shared part stays one event. */
const MAX_REPEATED_BYTES = 1_048_576;

/** Splits a change with several messages or statuses into one change each, with the other members of the change. */
function splitChange(change: JsonObject, json: Buffer): Item[] {
  const value = valueAt(change, 'value');
  const lists = CHANGE_LISTS.filter((name) => Array.isArray(valueAt(value, name)));
  const count = lists.reduce((total, name) => total + asArray(valueAt(value, name)).length, 0);
  const members = objectMembers(json, rootSlice(json));
  const valueSlice = members.get('value')?.value;
  if (
    textAt(change, 'field') !== 'messages' ||
    count < 2 ||
    valueSlice === undefined ||
    !isJsonObject(value)
  ) {
    return [{ value: change, json }];
  }
  const valueMembers = objectMembers(json, valueSlice);
  const changeHead = objectWithout(json, members, ['value'], 'value');
  const { messages: _messages, statuses: _statuses, ...rest } = value;
  return lists.flatMap((name) => {
    const slice = valueMembers.get(name)?.value;
    if (slice === undefined) return [];
    const head = join([changeHead, objectWithout(json, valueMembers, lists, name)]);
    const items = asArray(value[name]);
    if (head.length * items.length > MAX_REPEATED_BYTES) return [{ value: change, json }];
    return arrayItems(json, slice).map((item, index) => ({
      value: { ...change, value: { ...rest, [name]: [items[index]] } },
      json: join([head, '[', cut(json, item), ']}}']),
    }));
  });
}

/** The received members of an object except some, up to the value of an added last member. */
function objectWithout(
  bytes: Buffer,
  members: ReadonlyMap<string, MemberSlice>,
  without: readonly string[],
  added: string,
): Buffer {
  const parts: (string | Buffer)[] = ['{'];
  for (const [name, { key, value }] of members) {
    if (!without.includes(name)) parts.push(cut(bytes, key), ':', cut(bytes, value), ',');
  }
  return join([...parts, `"${added}":`]);
}

function scalarOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

interface ItemDescription {
  readonly type: readonly (string | undefined)[];
  /** Unique to this event, and the same in a retry. */
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  readonly timeMs?: number | undefined;
}

/** `changes[]`: a field of the object and its new value. WhatsApp puts messages and their statuses in here. */
function describeChange(change: JsonObject): ItemDescription {
  const field = textAt(change, 'field');
  const value = valueAt(change, 'value');
  const messages = asArray(valueAt(value, 'messages'));
  const statuses = asArray(valueAt(value, 'statuses'));
  const [message, status] = [messages[0], statuses[0]];
  const statusName = textAt(status, 'status');
  let id: string | undefined;
  if (field === 'messages' && messages.length + statuses.length === 1) {
    id = message === undefined ? idOfStatus(status) : idAt(message, 'id');
  }
  const time =
    valueAt(message, 'timestamp') ?? valueAt(status, 'timestamp') ?? valueAt(value, 'created_time');
  return {
    type: [field],
    id,
    subject:
      idAt(value, 'metadata', 'phone_number_id') ??
      idAt(value, 'media', 'id') ??
      idAt(value, 'post_id') ??
      idAt(value, 'comment_id'),
    action: statusName ?? textAt(value, 'verb'),
    timeMs: toTimeMs(time),
  };
}

/** Members of an item of `messaging[]` that every kind has. */
const COMMON_MESSAGING_MEMBERS = new Set([
  'sender',
  'recipient',
  'timestamp',
  'prior_message',
  'hop_context',
]);
/** Kinds whose `mid` and state identify the event; the `mid` of a reaction or a receipt identifies the message. */
const KINDS_WITH_OWN_ID = new Set(['message', 'postback']);
/** States of a message. Each state is an event of its own, with the same `mid`. */
const MESSAGE_STATES = ['is_echo', 'is_deleted', 'is_unsupported', 'is_self'] as const;

/** `messaging[]` and `standby[]`: the kind of an item is the name of the member that only this kind has. */
function describeMessaging(list: Exclude<ItemList, 'changes'>, item: JsonObject): ItemDescription {
  const kind = Object.keys(item).find((key) => !COMMON_MESSAGING_MEMBERS.has(key) && isJsonObject(item[key]));
  const messageId = kind !== undefined && KINDS_WITH_OWN_ID.has(kind) ? idAt(item, kind, 'mid') : undefined;
  const prefix = list === 'messaging' && kind === 'message' ? '' : `${list}:${kind ?? ''}:`;
  const states = MESSAGE_STATES.filter((state) => valueAt(item, kind ?? '', state) === true);
  return {
    type: [list, kind],
    id: messageId === undefined ? undefined : [`${prefix}${messageId}`, ...states].join(':'),
    subject: idAt(item, 'sender', 'id'),
    timeMs: toTimeMs(valueAt(item, 'timestamp')),
  };
}

/** The id identifies the message. In a group, each member receives and reads the message. */
function idOfStatus(status: unknown): string | undefined {
  const id = idAt(status, 'id');
  const name = textAt(status, 'status');
  if (id === undefined || name === undefined) return undefined;
  const recipient = idAt(status, 'recipient_participant_id') ?? idAt(status, 'recipient_id') ?? '';
  return `${id}:${name}:${recipient}:${idAt(status, 'timestamp') ?? ''}`;
}

/** The received entry without its items, such as `id` and `time`. */
function entryWithoutLists(
  bytes: Buffer,
  members: ReadonlyMap<string, MemberSlice>,
  lists: readonly string[],
): Buffer {
  const parts: (string | Buffer)[] = [];
  for (const [name, { key, value }] of members) {
    if (lists.includes(name)) continue;
    parts.push(parts.length === 0 ? '{' : ',', cut(bytes, key), ':', cut(bytes, value));
  }
  return parts.length === 0 ? Buffer.from('{}') : join([...parts, '}']);
}

/**
 * The hash of an item's bytes. Items that are the same to the byte within one request are told apart by their number:
 * they are two events, and stay the same two when the request is sent again.
 */
function identityOf(batch: Batch, json: Buffer): string {
  const hash = createHash('sha256').update(json).digest('hex');
  const occurrence = (batch.occurrences.get(hash) ?? 0) + 1;
  batch.occurrences.set(hash, occurrence);
  return `${hash}#${occurrence}`;
}

function cut(bytes: Buffer, slice: Slice): Buffer {
  return bytes.subarray(slice.start, slice.end);
}

function join(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
