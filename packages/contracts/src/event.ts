import Type, { type Static } from 'typebox';
import { ID_PREFIX, isId, timeOfId } from './ids.ts';
import { isTenant } from './principal.ts';
import { parseTimestamp } from './timestamp.ts';

/**
 * The attributes of an event: CloudEvents 1.0 plus Hookline's extensions.
 *
 * On the bus an event is a NATS message in CloudEvents *binary* content mode: each attribute is a header
 * `ce-<name>`, the body is the payload's own bytes. All values are strings; times are RFC 3339 in UTC with
 * milliseconds.
 */
export const EventAttributes = Type.Object({
  /** `evt_` + ULID, so ids sort by the time of receipt. */
  id: Type.String(),
  /** Dot-separated, e.g. `github.workflow_job.completed`. */
  type: Type.String(),
  /** URI reference, e.g. `/github/acme/api`. */
  source: Type.String(),
  /** What it is about: repository, channel, mailbox. */
  subject: Type.Optional(Type.String()),
  /** When it happened as the provider says, else when it was received. */
  time: Type.String(),
  /** The account that the event belongs to; `userId` in the API. */
  tenant: Type.String(),
  /** `github`, `slack`, …; `app` for an application's own events. */
  provider: Type.String(),
  /** The provider's own id for the delivery, where it has one. */
  deliveryid: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
  repository: Type.Optional(Type.String()),
  /** When ingest had the whole request. */
  receivedat: Type.String(),
  via: Type.Enum(['webhook', 'poll', 'api', 'replay']),
  /** Of a message about the provider's subscription itself: what became of it. */
  hookcontrol: Type.Optional(Type.Enum(['revoked', 'disabled', 'verified', 'test'])),
  /** Why, as the provider says. */
  hookcontrolreason: Type.Optional(Type.String()),
  /** What a repeat of this event is recognised by, within its tenant. At most 200 characters. */
  dedupekey: Type.String(),
  /**
   * How long after an event its like is a repeat, by their times of receipt, in ms. Absent: as long as events are kept.
   */
  dedupewindow: Type.Optional(Type.String()),
  /** The only endpoint this event may go to: test sends and single-endpoint replays. */
  endpoint: Type.Optional(Type.String()),
  /** W3C trace context of the request that brought the event in. */
  traceparent: Type.Optional(Type.String()),
  /** How often it has come through this installation, and what other installations have signed of theirs. */
  hookhops: Type.Optional(Type.String()),
  /** Object-store key of the payload when it is too large for a message; the body is then empty. */
  payloadref: Type.Optional(Type.String()),
  /**
   * How many bytes of the message's body, at its end, are the kept request and not the payload. With `payloadref` they
   * are at the end of the object. Decimal.
   */
  requestbytes: Type.Optional(Type.String()),
  /** Of an HTTP request that brought several events: the id of its first event, the same in all of them. */
  requestid: Type.Optional(Type.String()),
  /** Object-store key of the kept request when it is too large to travel with each of the events that it brought. */
  requestref: Type.Optional(Type.String()),
  /** SHA-256 in hex of a payload that is in the object store. */
  payloadhash: Type.Optional(Type.String()),
});
/** The header in which `hookhops` travels between installations and receivers, signed. */
export const HOPS_HEADER = 'hookline-hops';

export type EventAttributes = Static<typeof EventAttributes>;
export type EventVia = EventAttributes['via'];

/** An event with its payload: JSON text in UTF-8, exactly as received. */
export interface HooklineEvent {
  attributes: EventAttributes;
  payload: Uint8Array;
  /** The HTTP request that brought it, encoded; see `KeptRequest`. Undefined: none is kept. */
  request?: Uint8Array | undefined;
}

/** Attribute names in the order in which they are written as headers. */
export const EVENT_ATTRIBUTE_NAMES = Object.keys(EventAttributes.properties) as (keyof EventAttributes)[];

export const MAX_EVENT_TYPE_LENGTH = 200;
export const EVENT_TYPE_PATTERN = '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$';
const eventTypeRegExp = new RegExp(EVENT_TYPE_PATTERN);

export function isEventType(value: string): boolean {
  return value.length <= MAX_EVENT_TYPE_LENGTH && eventTypeRegExp.test(value);
}

export const MAX_DEDUPE_KEY_LENGTH = 200;
/** Up to 115 days. */
const DEDUPE_WINDOW = /^[1-9][0-9]{0,9}$/;

/** In code points, as schemas count. */
const lengthOf = (text: string) =>
  text.length <= MAX_DEDUPE_KEY_LENGTH ? text.length : Array.from(text.slice(0, 1_000)).length;

/** Postgres has no text with NUL, and half a surrogate pair has no form in UTF-8. */
export const isStorableText = (text: string) => text.isWellFormed() && !text.includes('\0');

/**
 * What is wrong with the attributes of an event, in words; undefined for those that every consumer can read, store and
 * show. The one rule for both ends of the stream: a publisher holds its event against this before its sender is told
 * that it is stored, and delivery holds against this what it reads. Text that only describes an event (subject, action
 * and the like) may be anything: what cannot be stored of it is replaced on its way (see the codec).
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
  // They are stored in the partition of one day: a request is found with its events.
  if (requestid !== undefined && timeOfId(requestid) !== timeOfId(id))
    return `ce-requestid is of another time than ce-id: ${requestid}`;
  if (dedupewindow !== undefined && !DEDUPE_WINDOW.test(dedupewindow))
    return `ce-dedupewindow is not a number of milliseconds: ${dedupewindow}`;
  return undefined;
}
