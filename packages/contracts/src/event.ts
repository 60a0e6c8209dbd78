import Type, { type Static } from 'typebox';
import { ID_PREFIX, isId, timeOfId } from './ids.ts';
import { isTenant } from './principal.ts';
import { parseTimestamp } from './timestamp.ts';

/**
 * The attributes of an event: CloudEvents 1.0 and Hookline's extensions.
 *
 * On the bus an event is a NATS message in CloudEvents *binary* content mode: each attribute is a header `ce-<name>`,
 * and the body is the payload's own bytes. All values are strings. Times are RFC 3339 in UTC with milliseconds.
 */
export const EventAttributes = Type.Object({
  /** `evt_` and a ULID: ids sort by the time of receipt. */
  id: Type.String(),
  /** Dot-separated, e.g. `github.workflow_job.completed`. */
  type: Type.String(),
  /** URI reference, e.g. `/github/acme/api`. */
  source: Type.String(),
  /** What the event is about: repository, channel, mailbox. */
  subject: Type.Optional(Type.String()),
  /** When the event happened according to the provider, else when it was received. */
  time: Type.String(),
  /** The account that the event belongs to; `userId` in the API. */
  tenant: Type.String(),
  /** `github`, `slack`, …; `app` for an application's own events. */
  provider: Type.String(),
  /** The provider's id of this delivery, if it has one. */
  deliveryid: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
  repository: Type.Optional(Type.String()),
  /** When ingest had received the whole request. */
  receivedat: Type.String(),
  via: Type.Enum(['webhook', 'poll', 'api', 'replay']),
  /** Only for a message about the provider's subscription itself: the subscription's new state. */
  hookcontrol: Type.Optional(Type.Enum(['revoked', 'disabled', 'verified', 'test'])),
  /** The reason for that state in the provider's words. */
  hookcontrolreason: Type.Optional(Type.String()),
  /** The text by which a repeat of this event is recognised within its tenant. At most 200 characters. */
  dedupekey: Type.String(),
  /** The dedupe window in ms, between the times of receipt. Absent: as long as events are stored. */
  dedupewindow: Type.Optional(Type.String()),
  /** The only endpoint that may get this event. Set for test events and for replays to one endpoint. */
  endpoint: Type.Optional(Type.String()),
  /** W3C trace context of the request that brought the event. */
  traceparent: Type.Optional(Type.String()),
  /**
   * How often the event has passed through this installation, with the signed counts of other installations.
   */
  hookhops: Type.Optional(Type.String()),
  /** Object-store key of a payload that is too large for a message. The body of the message is empty then. */
  payloadref: Type.Optional(Type.String()),
  /**
   * Decimal number of bytes at the end of the message's body that are the kept request, not the payload. With
   * `payloadref` they are at the end of the object.
   */
  requestbytes: Type.Optional(Type.String()),
  /**
   * Only for an HTTP request that brought several events: the id of its first event, the same in all of them.
   */
  requestid: Type.Optional(Type.String()),
  /** Object-store key of a kept request that is too large to be sent with each of its events. */
  requestref: Type.Optional(Type.String()),
  /** SHA-256 in hex of a payload in the object store. */
  payloadhash: Type.Optional(Type.String()),
  /**
   * Only on the stream PUSHES: the id of the OAuth application or of the connection that the message is for. The
   * message is not an event yet: the scheduler makes one event of it for each connection that it concerns.
   */
  pushfor: Type.Optional(Type.String()),
});
/** The signed header in which `hookhops` travels between installations and receivers. */
export const HOPS_HEADER = 'hookline-hops';

export type EventAttributes = Static<typeof EventAttributes>;
export type EventVia = EventAttributes['via'];

/** An event with its payload: JSON text in UTF-8, unchanged. */
export interface HooklineEvent {
  attributes: EventAttributes;
  payload: Uint8Array;
  /** The HTTP request that brought the event, encoded; see `KeptRequest`. Undefined: none is stored. */
  request?: Uint8Array | undefined;
}

/** Attribute names in the order of the headers. */
export const EVENT_ATTRIBUTE_NAMES = Object.keys(EventAttributes.properties) as (keyof EventAttributes)[];

export const MAX_EVENT_TYPE_LENGTH = 200;
export const EVENT_TYPE_PATTERN = '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$';
const eventTypeRegExp = new RegExp(EVENT_TYPE_PATTERN);

export function isEventType(value: string): boolean {
  return value.length <= MAX_EVENT_TYPE_LENGTH && eventTypeRegExp.test(value);
}

/**
 * The dedupe key of an event that a source received: ids are unique for each sender, so two sources never share a key.
 * @param sender the id of the source, or the provider if the environment's secret verified the request
 */
export const sourceDedupeKey = (sender: string, key: string): string => `${sender}:${key}`;

export const MAX_DEDUPE_KEY_LENGTH = 200;
/** At most 115 days. */
const DEDUPE_WINDOW = /^[1-9][0-9]{0,9}$/;

/** Length in code points, as JSON Schema counts. */
const lengthOf = (text: string) =>
  text.length <= MAX_DEDUPE_KEY_LENGTH ? text.length : Array.from(text.slice(0, 1_000)).length;

/** Postgres cannot store NUL, and UTF-8 cannot encode an unpaired surrogate. */
export const isStorableText = (text: string) => text.isWellFormed() && !text.includes('\0');

/**
 * Describes what is wrong with the attributes of an event. Returns undefined if every consumer can read, store and
 * show them. Both ends of the stream apply this rule: a publisher before it tells the sender that the event is
 * stored, and delivery when it reads the event. Text that only describes an event, such as subject and action, may be
 * anything: the codec replaces what cannot be stored.
 */
export function findEventProblem(attributes: EventAttributes): string | undefined {
  const { id, type, source, time, tenant, provider, receivedat, via } = attributes;
  const { dedupekey, dedupewindow, requestid } = attributes;
  if (!isId(ID_PREFIX.event, id)) return `ce-id is not an event id: ${id}`;
  if (!isEventType(type)) return `ce-type is not an event type: ${type}`;
  if (!isTenant(tenant)) return `ce-tenant is not a tenant: ${tenant}`;
  if (parseTimestamp(time) === undefined) return `ce-time is not a time: ${time}`;
  if (parseTimestamp(receivedat) === undefined) return `ce-receivedat is not a time: ${receivedat}`;
  if (!source || !provider || !via) return 'ce-source, ce-provider or ce-via is missing';
  if (!dedupekey || lengthOf(dedupekey) > MAX_DEDUPE_KEY_LENGTH || !isStorableText(dedupekey))
    return `ce-dedupekey is not a text of 1 to ${MAX_DEDUPE_KEY_LENGTH} characters`;
  // A request is stored in the same daily partition as its events.
  if (requestid !== undefined && timeOfId(requestid) !== timeOfId(id))
    return `ce-requestid has another time than ce-id: ${requestid}`;
  if (dedupewindow !== undefined && !DEDUPE_WINDOW.test(dedupewindow))
    return `ce-dedupewindow is not a number of milliseconds: ${dedupewindow}`;
  return undefined;
}
