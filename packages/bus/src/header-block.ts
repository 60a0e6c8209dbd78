import type { Msg } from '@nats-io/nats-core';
import { MsgImpl } from '@nats-io/nats-core/internal';

/** The headers of a message, by the names that they were sent with. */
export interface EventHeaders {
  /** The first value; the empty string when there is none. */
  get(name: string): string;
}

const EMPTY_LINE = '\r\n\r\n';

/**
 * Reads a message's headers from its bytes. The client's own reader brings each name into canonical form and looks
 * through all names for each one that it adds: a tenth of delivery's time and a third of what it allocated.
 *
 * The client keeps headers and body in one piece, as the server sent them, and says how long each is. Should a
 * later version keep them otherwise, the block does not end as it must, and its own reader is asked.
 */
export function readHeaders(message: Msg): EventHeaders | undefined {
  if (!(message instanceof MsgImpl)) return message.headers;
  const { data } = message;
  const length =
    message.size() - Buffer.byteLength(message.subject) - (message.reply?.length ?? 0) - data.length;
  if (length <= 0 || data.byteOffset < length) return message.headers;
  const block = Buffer.from(data.buffer, data.byteOffset - length, length).toString();
  if (!block.startsWith('NATS/1.0') || !block.endsWith(EMPTY_LINE)) return message.headers;
  return parseHeaderBlock(block);
}

/** @param block from the status line to the empty line */
export function parseHeaderBlock(block: string): EventHeaders {
  const values = new Map<string, string>();
  let start = block.indexOf('\r\n') + 2;
  for (let end = block.indexOf('\r\n', start); end !== -1; end = block.indexOf('\r\n', start)) {
    const colon = block.indexOf(':', start);
    if (colon > -1 && colon < end) {
      const name = block.slice(start, colon);
      if (!values.has(name)) values.set(name, block.slice(colon + 1, end).trim());
    }
    start = end + 2;
  }
  return { get: (name) => values.get(name) ?? '' };
}
