import { type EventFrame, eventJson, type FrameKind, rawEventJson } from '../hub/event-frame.ts';
import { repositoryEvent } from '../hub/repository-event.ts';

/** Makes the messages of one event for the subscriptions of one client. */
export type EncodeEvent = (frame: EventFrame, ids: readonly string[], isRaw: boolean) => readonly Buffer[];

/**
 * One event as JSON text for all clients. Clients differ only in the ids of the subscriptions that matched. Most clients
 * have the same ids too, because they number them the same way, and are sent the same bytes.
 */
class SharedMessage {
  readonly #type: Buffer;
  readonly #rest: Buffer;
  readonly #whole = new Map<string, Buffer>();

  /** @param rest what follows the ids, from the next member's name to the closing brace */
  constructor(type: string, rest: readonly Buffer[]) {
    this.#type = Buffer.from(`{"type":${JSON.stringify(type)},"ids":`);
    this.#rest = Buffer.concat(rest);
  }

  for(ids: readonly string[]): Buffer {
    const text = JSON.stringify(ids);
    let message = this.#whole.get(text);
    if (!message) {
      message = Buffer.concat([this.#type, Buffer.from(text), this.#rest]);
      // The oldest makes room: it may have been for one client alone.
      if (this.#whole.size === MAX_WHOLE) this.#whole.delete(this.#whole.keys().next().value as string);
      this.#whole.set(text, message);
    }
    return message;
  }
}

/** Complete messages are kept for this many sets of ids. */
const MAX_WHOLE = 8;
const END = Buffer.from('}');

const eventMessage: FrameKind<SharedMessage> = (frame) => wrap(frame, frame.as(eventJson));
const rawEventMessage: FrameKind<SharedMessage> = (frame) => wrap(frame, frame.as(rawEventJson));
const wrap = ({ cursor }: EventFrame, event: Buffer) =>
  new SharedMessage('event', [Buffer.from(`,"cursor":${JSON.stringify(cursor)},"event":`), event, END]);

const repositoryMessages: FrameKind<readonly SharedMessage[]> = (frame) => {
  const { names, json } = frame.as(repositoryEvent);
  return names.map((name) => new SharedMessage(name, [Buffer.from(',"data":'), json, END]));
};

/** The messages of `/ws/webhooks`. */
export const encodeEvent: EncodeEvent = (frame, ids, isRaw) => [
  frame.as(isRaw ? rawEventMessage : eventMessage).for(ids),
];

/** The messages of `/ws`. */
export const encodeRepositoryEvent: EncodeEvent = (frame, ids) =>
  frame.as(repositoryMessages).map((message) => message.for(ids));
