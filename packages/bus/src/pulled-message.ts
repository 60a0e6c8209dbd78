import { type Msg, nanos } from '@nats-io/nats-core';
import { type EventHeaders, readHeaders } from './header-block.ts';
import type { JsMsg } from './js-msg.ts';

/** A pulled message that JetStream expects an acknowledgement of. Acknowledgements sent while disconnected are lost. */
export interface PulledMessage extends JsMsg {
  /** Acknowledges the message: it is not delivered again. */
  ack(): void;
  /** Returns the message: it is delivered again, to any replica, at once or after `delayMs`. */
  nak(delayMs?: number): void;
  /** The message is still being handled: restarts its ack wait. */
  working(): void;
}

/** @returns undefined if the message is not from a stream but a status of the server about the pull */
export function toPulledMessage(message: Msg): PulledMessage | undefined {
  if (!message.reply?.startsWith('$JS.ACK.')) return undefined;
  return new Pulled(message);
}

/** The client would encode a text for each message. */
const ACK = Buffer.from('+ACK');

class Pulled implements PulledMessage {
  readonly seq: number;
  readonly deliveries: number;
  readonly storedAtMs: number;
  /** The client's getter makes a new view of the same bytes at each call. */
  readonly data: Uint8Array;
  readonly #message: Msg;

  constructor(message: Msg) {
    this.#message = message;
    this.data = message.data;
    // $JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<ns>.…
    const tokens = (message.reply ?? '').split('.');
    const at = tokens.length === 9 ? 4 : 6;
    this.deliveries = Number(tokens[at]);
    this.seq = Number(tokens[at + 1]);
    // A number cannot hold all digits of the nanoseconds. The digits of the milliseconds are enough.
    this.storedAtMs = Number(tokens[at + 3]?.slice(0, -6));
  }

  get subject(): string {
    return this.#message.subject;
  }

  get headers(): EventHeaders | undefined {
    return readHeaders(this.#message, this.data);
  }

  ack(): void {
    this.#message.respond(ACK);
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
