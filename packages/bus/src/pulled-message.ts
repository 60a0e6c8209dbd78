import { type Msg, nanos } from '@nats-io/nats-core';
import { type EventHeaders, readHeaders } from './header-block.ts';
import type { JsMsg } from './js-msg.ts';

/** A message that was pulled and that JetStream waits to hear of. What is said while disconnected is lost. */
export interface PulledMessage extends JsMsg {
  /** Handled: it does not come again. */
  ack(): void;
  /** Given back: it comes again, to whoever pulls, at once or after a while. */
  nak(delayMs?: number): void;
  /** Still being handled: the time until it comes again starts anew. */
  working(): void;
}

/** @returns undefined when the message is not one of a stream, but a word of the server about the pull */
export function toPulledMessage(message: Msg): PulledMessage | undefined {
  if (!message.reply?.startsWith('$JS.ACK.')) return undefined;
  return new Pulled(message);
}

class Pulled implements PulledMessage {
  readonly seq: number;
  readonly deliveries: number;
  readonly storedAtMs: number;
  readonly #message: Msg;

  constructor(message: Msg) {
    this.#message = message;
    // $JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<ns>.…
    const tokens = (message.reply ?? '').split('.');
    const at = tokens.length === 9 ? 4 : 6;
    this.deliveries = Number(tokens[at]);
    this.seq = Number(tokens[at + 1]);
    // Nanoseconds have more digits than a number holds; those of the milliseconds are enough.
    this.storedAtMs = Number(tokens[at + 3]?.slice(0, -6));
  }

  get subject(): string {
    return this.#message.subject;
  }

  get headers(): EventHeaders | undefined {
    return readHeaders(this.#message);
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  ack(): void {
    this.#message.respond('+ACK');
  }

  nak(delayMs?: number): void {
    this.#message.respond(
      delayMs === undefined ? '-NAK' : `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`,
    );
  }

  working(): void {
    this.#message.respond('+WPI');
  }
}
