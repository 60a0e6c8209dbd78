import { isUtf8 } from 'node:buffer';
import { type EventAttributes, FEED_LIMITS, type HooklineEvent } from '@hookline/contracts';

/** Makes one kind of message of an event. The function itself names the kind. */
export type FrameKind<T> = (frame: EventFrame) => T;

/** One event on its way to all clients. What a transport sends of it is built once, however many clients get it. */
export interface EventFrame {
  readonly event: HooklineEvent;
  readonly sequence: number;
  readonly cursor: string;
  /** About the size of one message. */
  readonly bytes: number;
  /** Whether the payload is left out: too large, or no JSON text. */
  readonly isDataOmitted: boolean;
  /** What the kind makes of the event: made at the first call. */
  as<T>(kind: FrameKind<T>): T;
}

const ATTRIBUTES_BYTES = 512;

export function createEventFrame(event: HooklineEvent, sequence: number, cursor: string): EventFrame {
  const { payload } = event;
  // Events have few kinds: an array is searched faster than a map, and most events have one.
  const kinds: FrameKind<unknown>[] = [];
  const made: unknown[] = [];
  const frame: EventFrame = {
    event,
    sequence,
    cursor,
    bytes: payload.length + ATTRIBUTES_BYTES,
    // An empty payload was too large for NATS. Bytes that are not UTF-8 would end the connection.
    isDataOmitted: payload.length === 0 || payload.length > FEED_LIMITS.payloadBytes || !isUtf8(payload),
    as<T>(kind: FrameKind<T>): T {
      const index = kinds.indexOf(kind);
      if (index !== -1) return made[index] as T;
      const value = kind(frame);
      kinds.push(kind);
      made.push(value);
      return value;
    },
  };
  return frame;
}

const NULL = Buffer.from('null');
const END = Buffer.from('}');

/** The event as a JSON text of FeedEvent. The bytes of the payload become part of it without being parsed. */
export const eventJson: FrameKind<Buffer> = ({ event, isDataOmitted }) =>
  Buffer.concat([
    Buffer.from(`${openObject(describe(event.attributes, isDataOmitted))},"data":`),
    isDataOmitted ? NULL : event.payload,
    END,
  ]);

/** As `eventJson`, with the payload in base64. */
export const rawEventJson: FrameKind<Buffer> = ({ event: { attributes, payload } }) => {
  // Bytes of any kind have a form in base64.
  const isOmitted = payload.length === 0 || payload.length > FEED_LIMITS.payloadBytes;
  const raw = isOmitted ? undefined : Buffer.from(payload).toString('base64');
  return Buffer.from(JSON.stringify({ ...describe(attributes, isOmitted), data: null, raw }));
};

/** JSON of an object without its closing brace. */
const openObject = (value: object) => JSON.stringify(value).slice(0, -1);

/** FeedEvent without `data`. JSON.stringify leaves out absent attributes. */
function describe(attributes: EventAttributes, omitted: boolean) {
  return {
    id: attributes.id,
    type: attributes.type,
    source: attributes.source,
    subject: attributes.subject,
    time: attributes.time,
    userId: attributes.tenant,
    provider: attributes.provider,
    action: attributes.action,
    repository: attributes.repository,
    providerDeliveryId: attributes.deliveryid,
    receivedAt: attributes.receivedat,
    via: attributes.via,
    dataOmitted: omitted ? true : undefined,
  };
}
