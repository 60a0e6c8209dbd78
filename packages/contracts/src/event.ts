import Type, { type Static } from 'typebox';

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
  /** The account the event belongs to (the seeds' `userId`). */
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
  /** What a repeat of this event is recognised by, within its tenant. At most 200 characters. */
  dedupekey: Type.String(),
  /** The only endpoint this event may go to: test sends and single-endpoint replays. */
  endpoint: Type.Optional(Type.String()),
  /** W3C trace context of the request that brought the event in. */
  traceparent: Type.Optional(Type.String()),
  /** Object-store key of the payload when it is too large for a message; the body is then empty. */
  payloadref: Type.Optional(Type.String()),
});
export type EventAttributes = Static<typeof EventAttributes>;
export type EventVia = EventAttributes['via'];

/** An event with its payload: JSON text in UTF-8, exactly as received. */
export interface HooklineEvent {
  attributes: EventAttributes;
  payload: Uint8Array;
}

/** Attribute names in the order in which they are written as headers. */
export const EVENT_ATTRIBUTE_NAMES = Object.keys(EventAttributes.properties) as (keyof EventAttributes)[];

export const MAX_EVENT_TYPE_LENGTH = 200;
export const EVENT_TYPE_PATTERN = '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$';
const eventTypeRegExp = new RegExp(EVENT_TYPE_PATTERN);

export function isEventType(value: string): boolean {
  return value.length <= MAX_EVENT_TYPE_LENGTH && eventTypeRegExp.test(value);
}
