import type { Socket } from 'node:net';

/** `HTTP/1.1 100`, and nothing else that an answer may begin with. */
const CONTINUE = /^HTTP\/1\.[01] 100[ \r\n]/;
const DECIDING_BYTES = 13;
/** Where the status begins; that of an answer which is not interim begins with another digit than 1. */
const STATUS_AT = 9;
const DIGIT_ONE = 0x31;
const END_OF_HEAD = '\r\n\r\n';
/** Interim answers of this kind before one answer, and the bytes of each: beyond it undici judges. */
const MAX_SKIPPED = 20;
const MAX_HEAD_BYTES = 16_384;

/** Takes each `100 Continue` that comes before an answer out of what a socket reads. */
export interface ContinueSkipper {
  /** A request sets out: what comes next is the beginning of an answer. */
  expectAnswer(): void;
}

/**
 * RFC 9110, 15.2: a client must take an interim answer in stride, also one that it did not ask for. undici ends the
 * connection at a 100, and reads by `socket.read()`: there the 100 is dropped, before undici's parser sees it.
 *
 * States: between answers everything passes. After `expectAnswer` bytes are held back until they tell whether a 100
 * begins; if one does, they are held until its head ends, and dropped. The first other byte lets everything pass.
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

/** Whether a text shorter than a status line may become that of a 100. */
function mayBegin(start: string): boolean {
  return ['HTTP/1.1 100 ', 'HTTP/1.0 100 '].some((line) => line.startsWith(start));
}
