import { decodeEvent, type JsMsg } from '@hookline/bus';
import { formatCursor } from '@hookline/contracts';
import { createEventFrame, type EventFrame } from './event-frame.ts';

/** An event that was read from the stream a short time ago. */
export interface RecentEvent {
  readonly sequence: number;
  /** As a subject token. */
  readonly tenant: string;
  /** Decoded when it is used; undefined for a message that is no event. */
  readonly frame: EventFrame | undefined;
}

/** The last events of the stream in bounded memory: clients that were away for a moment are answered from it. */
export interface RecentEvents {
  /** @param message is kept, and must not be a part of a larger buffer */
  add(message: JsMsg): RecentEvent;
  /** The events after a sequence; undefined if not all of them are held. */
  after(sequence: number): readonly RecentEvent[] | undefined;
  /** Forgets everything: the stream begins after this position. */
  restart(incarnation: string, position: number): void;
}

export interface RecentEventsOptions {
  maxEvents: number;
  /** Of the messages. */
  maxBytes: number;
  /** Called for a message that is no event. */
  onMalformed: (error: unknown, sequence: number) => void;
}

interface Held extends RecentEvent {
  readonly bytes: number;
}

/** Removed events are cut off the array in blocks. */
const BLOCK = 1_024;

export function createRecentEvents({ maxEvents, maxBytes, onMalformed }: RecentEventsOptions): RecentEvents {
  let incarnation = '';
  let events: (Held | undefined)[] = [];
  /** The index of the oldest event. */
  let start = 0;
  /** Every event after this sequence is held. */
  let position = 0;
  let bytes = 0;

  function hold(message: JsMsg): Held {
    // What transports made of the event is several times its size. It is kept only while somebody is being sent it.
    let made: WeakRef<EventFrame> | undefined;
    let isMalformed = false;
    const cursor = formatCursor(incarnation, message.seq);
    return {
      sequence: message.seq,
      // events.<tenant>.<provider>.<type…>
      tenant: message.subject.split('.', 2)[1] as string,
      bytes: message.data.length,
      get frame() {
        const frame = made?.deref();
        if (frame || isMalformed) return frame;
        try {
          const event = decodeEvent(message.headers, message.data);
          const next = createEventFrame(event, message.seq, cursor);
          made = new WeakRef(next);
          return next;
        } catch (error) {
          isMalformed = true;
          onMalformed(error, message.seq);
          return undefined;
        }
      },
    };
  }

  function forgetOldest(): void {
    const oldest = events[start] as Held;
    events[start] = undefined;
    start++;
    bytes -= oldest.bytes;
    position = oldest.sequence;
    if (start < BLOCK) return;
    events = events.slice(start);
    start = 0;
  }

  return {
    add(message) {
      const event = hold(message);
      events.push(event);
      bytes += event.bytes;
      while (events.length - start > maxEvents || (bytes > maxBytes && events.length > start)) forgetOldest();
      return event;
    },
    after(sequence) {
      if (sequence < position) return undefined;
      let low = start;
      let high = events.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((events[middle] as Held).sequence <= sequence) low = middle + 1;
        else high = middle;
      }
      return events.slice(low) as Held[];
    },
    restart(next, at) {
      incarnation = next;
      events = [];
      start = 0;
      bytes = 0;
      position = at;
    },
  };
}
