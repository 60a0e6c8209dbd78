import type { Socket } from 'node:net';

/** `HTTP/1.1 100`; no other answer begins with this. */
const CONTINUE = /^HTTP\/1\.[01] 100[ \r\n]/;
const DECIDING_BYTES = 13;
/** The position of the status. The status of a final answer does not begin with 1. */
const STATUS_AT = 9;
const DIGIT_ONE = 0x31;
const END_OF_HEAD = '\r\n\r\n';
/** The number of 100 answers before one answer, and the bytes of each; beyond these limits undici handles them. */
const MAX_SKIPPED = 20;
const MAX_HEAD_BYTES = 16_384;

/** Removes each `100 Continue` before an answer from the bytes that a socket reads. */
export interface ContinueSkipper {
  /** A request is sent: the next bytes are the beginning of an answer. */
  expectAnswer(): void;
}

/**
 * RFC 9110, 15.2: a client must accept an interim answer, even one that it did not ask for. undici closes the connection
 * at a 100. undici reads by `socket.read()`, and there the 100 is removed, before undici's parser sees it.
 *
 * States: between answers all bytes pass. After `expectAnswer` bytes are held back until it is clear whether a 100
 * begins. The bytes of a 100 are held until its head ends, and dropped. After the first other byte all bytes pass.
 */
export function skipContinue(socket: Socket): ContinueSkipper {
  const read = socket.read.bind(socket);
  let isAnswerDue = false;
  let held: Buffer | undefined;
  let skipped = 0;

  function filter(chunk: Buffer): Buffer | null {
    if (held === undefined && chunk.length >= DECIDING_BYTES && chunk[STATUS_AT] !== DIGIT_ONE) {
      isAnswerDue = false;
      return chunk;
    }
    let bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
    held = undefined;
    while (skipped < MAX_SKIPPED) {
      const start = bytes.toString('latin1', 0, DECIDING_BYTES);
      if (!CONTINUE.test(start)) {
        if (start.length >= DECIDING_BYTES || !mayBegin(start)) break;
        return hold(bytes);
      }
      const end = bytes.indexOf(END_OF_HEAD);
      if (end === -1) {
        if (bytes.length > MAX_HEAD_BYTES) break;
        return hold(bytes);
      }
      skipped++;
      bytes = bytes.subarray(end + END_OF_HEAD.length);
      if (bytes.length === 0) return null;
    }
    isAnswerDue = false;
    return bytes;
  }

  function hold(bytes: Buffer): null {
    held = bytes.length === 0 ? undefined : bytes;
    return null;
  }

  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null;
    return chunk !== null && isAnswerDue ? filter(chunk) : chunk;
  };

  return {
    expectAnswer() {
      isAnswerDue = true;
      skipped = 0;
    },
  };
}

/** Whether a text that is shorter than a status line can become the status line of a 100. */
function mayBegin(start: string): boolean {
  return ['HTTP/1.1 100 ', 'HTTP/1.0 100 '].some((line) => line.startsWith(start));
}
