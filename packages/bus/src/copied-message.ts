import type { JsMsg as ClientJsMsg } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/nats-core';
import { type EventHeaders, headerBlockOf, parseHeaderBlock } from './header-block.ts';
import type { JsMsg } from './js-msg.ts';

/**
 * Copies a message of the client, so that it may be kept. The client's message is a view of a buffer that holds many
 * messages, or that has twice the size of a large one, and keeps all of it.
 */
export function copyMessage(message: ClientJsMsg): JsMsg {
  return new CopiedMessage(message);
}

class CopiedMessage implements JsMsg {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  /** The bytes of the headers, or what the client has read from them. */
  readonly #headers: Buffer | EventHeaders | undefined;

  constructor(message: ClientJsMsg) {
    const { data } = message;
    this.seq = message.seq;
    this.subject = message.subject;
    // The client's class keeps the message of core NATS in a field that its interface does not have.
    const { msg } = message as ClientJsMsg & { readonly msg?: Msg };
    const block = msg && headerBlockOf(msg, data);
    // One buffer of its own: a part of the pool would keep the pool.
    const bytes = Buffer.allocUnsafeSlow((block?.length ?? 0) + data.length);
    const at = block?.copy(bytes) ?? 0;
    bytes.set(data, at);
    this.data = bytes.subarray(at);
    this.#headers = block ? bytes.subarray(0, at) : message.headers;
  }

  get headers(): EventHeaders | undefined {
    const headers = this.#headers;
    return Buffer.isBuffer(headers) ? parseHeaderBlock(headers.toString()) : headers;
  }
}
