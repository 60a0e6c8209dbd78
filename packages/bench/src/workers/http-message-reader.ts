const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/**
 * Splits one connection's bytes into HTTP/1.1 messages whose bodies have a Content-Length, and passes on each message's
 * head once its body is complete. Supports only the part of HTTP that these benchmarks use, and so needs a few
 * microseconds a message, where a full client or server needs tens.
 */
export class HttpMessageReader {
  readonly #onMessage: (head: string) => void;
  #rest: Buffer | undefined;

  /** @param onMessage called with the start line and the header lines, without the empty line at the end */
  constructor(onMessage: (head: string) => void) {
    this.#onMessage = onMessage;
  }

  /** @throws Error for a message without a Content-Length */
  push(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    while (bytes.length > 0) {
      const headEnd = bytes.indexOf(HEAD_END);
      if (headEnd === -1) break;
      const head = bytes.toString('latin1', 0, headEnd);
      const length = CONTENT_LENGTH.exec(head)?.[1];
      if (length === undefined) throw new Error(`no Content-Length in: ${head.slice(0, 500)}`);
      const end = headEnd + HEAD_END.length + Number(length);
      if (bytes.length < end) break;
      this.#onMessage(head);
      bytes = bytes.subarray(end);
    }
    if (bytes.length > 0) this.#rest = bytes;
  }
}
