/** A close frame has at most 125 bytes, and the code takes two of them (RFC 6455, 5.5). */
const MAX_BYTES = 123;
const ELLIPSIS = '…';

/** The reason of a close frame: a longer text, which the frame cannot carry, is cut. */
export function fitReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_BYTES) return reason;
  const start = bytes.subarray(0, MAX_BYTES - Buffer.byteLength(ELLIPSIS));
  // As part of a stream, a character that is cut in two is left out.
  return `${new TextDecoder().decode(start, { stream: true })}${ELLIPSIS}`;
}
