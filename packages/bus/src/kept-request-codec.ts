import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import { KEPT_METHODS, type KeptHeader, type KeptMethod, type KeptRequest } from '@hookline/contracts';
import { BusError } from './errors.ts';
import { KEPT_HEADER_NAMES } from './kept-header-names.ts';

// A kept request as bytes: one byte with the version and flags, then the head and, where it is not the payload, the body.
// The head is ISO 8859-1, as HTTP's headers are: the method's position, five texts, the headers and the names of those
// that were left out. A text is its length and its characters; a length has 7 bits in each byte, the lowest first. A
// header's name is its position in KEPT_HEADER_NAMES plus one, or 0 and the text; 128 more say that its value is sealed.
//
// Most requests have a head of about 400 bytes and their payload as the body. Measured: to write one takes 2 µs; zlib
// takes 25 µs for anything, so that only what is longer is compressed.

const VERSION = 1;
const VERSION_MASK = 0x0f;
const COMPRESSED = 0x10;
const HAS_BODY = 0x20;
/** In the first byte: something in the request is sealed. */
export const SEALED_FLAG = 0x40;
const QUERY_SEALED = 0x80;

const SEALED_NAME = 128;
/** Shorter ones are left as they are. */
const MIN_COMPRESSED_BYTES = 1_500;
/** Longer ones are compressed in another thread: this much takes less than a millisecond. */
const MAX_COMPRESSED_AT_ONCE_BYTES = 65_536;
/** More than any body that ingest can be set to take. */
const MAX_DECODED_BYTES = 256 * 1024 * 1024;

const positions = new Map(KEPT_HEADER_NAMES.map((name, index) => [name, index + 1]));
const deflateInThread = promisify(deflateRaw);
const inflateInThread = promisify(inflateRaw);

export function isKeptMethod(method: string): method is KeptMethod {
  return (KEPT_METHODS as readonly string[]).includes(method);
}

/** A promise only where there is much to compress. The method is one of KEPT_METHODS. */
export function encodeKeptRequest(request: KeptRequest): Buffer | Promise<Buffer> {
  const { body } = request;
  let flags = body === undefined ? VERSION : VERSION | HAS_BODY;
  writer.start();
  writer.byte(KEPT_METHODS.indexOf(request.method as KeptMethod));
  writer.text(request.origin);
  writer.text(request.path);
  writer.text(request.pathSuffix);
  writer.text(request.query);
  if (request.isQuerySealed) flags |= QUERY_SEALED | SEALED_FLAG;
  writer.length(request.headers.length);
  for (const { name, value, isSealed } of request.headers) {
    const position = positions.get(name) ?? 0;
    if (isSealed) flags |= SEALED_FLAG;
    writer.byte(isSealed ? position + SEALED_NAME : position);
    if (position === 0) writer.text(name);
    writer.text(value);
  }
  writer.length(request.headersLeftOut.length);
  for (const name of request.headersLeftOut) writer.text(name);
  const bytes = writer.end(flags, body);
  if (bytes.length < MIN_COMPRESSED_BYTES) return bytes;
  if (bytes.length <= MAX_COMPRESSED_AT_ONCE_BYTES)
    return smaller(bytes, deflateRawSync(bytes.subarray(1), { level: 1 }));
  return deflateInThread(bytes.subarray(1), { level: 1 }).then((deflated) => smaller(bytes, deflated));
}

/** What is compressed already, as many bodies are, stays as it is. */
function smaller(plain: Buffer, deflated: Buffer): Buffer {
  if (deflated.length >= plain.length - 1) return plain;
  return Buffer.concat([Buffer.of((plain[0] as number) | COMPRESSED), deflated]);
}

/** @throws BusError `malformed_event` for bytes that `encodeKeptRequest` did not make */
export async function decodeKeptRequest(encoded: Uint8Array): Promise<KeptRequest> {
  const [flags = 0] = encoded;
  if ((flags & VERSION_MASK) !== VERSION) throw malformed();
  const rest = encoded.subarray(1);
  const bytes =
    (flags & COMPRESSED) === 0
      ? Buffer.from(rest.buffer, rest.byteOffset, rest.length)
      : await inflateInThread(rest, { maxOutputLength: MAX_DECODED_BYTES }).catch((cause: unknown) => {
          throw malformed(cause);
        });
  const reader = new Reader(bytes);
  const method = KEPT_METHODS[reader.byte()];
  if (method === undefined) throw malformed();
  const [origin, path, pathSuffix, query] = [reader.text(), reader.text(), reader.text(), reader.text()];
  const headers: KeptHeader[] = [];
  for (let count = reader.length(); count > 0; count--) {
    const word = reader.byte();
    const position = word & (SEALED_NAME - 1);
    const name = position === 0 ? reader.text() : KEPT_HEADER_NAMES[position - 1];
    if (name === undefined) throw malformed();
    headers.push({ name, value: reader.text(), isSealed: word >= SEALED_NAME });
  }
  const headersLeftOut: string[] = [];
  for (let count = reader.length(); count > 0; count--) headersLeftOut.push(reader.text());
  return {
    method,
    origin,
    path,
    pathSuffix,
    query,
    isQuerySealed: (flags & QUERY_SEALED) !== 0,
    headers,
    headersLeftOut,
    body: (flags & HAS_BODY) === 0 ? undefined : reader.rest(),
  };
}

/** As many bytes as a length takes at most. */
const MAX_LENGTH_BYTES = 5;

/** Writes a head where the one before it was, so that it takes no memory but that of the result. */
class Writer {
  #bytes = Buffer.allocUnsafeSlow(16_384);
  #at = 0;

  /** Leaves room for the first byte. */
  start(): void {
    this.#at = 1;
  }

  byte(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = byte;
  }

  length(length: number): void {
    this.#makeRoom(MAX_LENGTH_BYTES);
    let rest = length;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) + 128;
    this.#bytes[this.#at++] = rest;
  }

  text(text: string): void {
    this.length(text.length);
    this.#makeRoom(text.length);
    this.#at += this.#bytes.write(text, this.#at, 'latin1');
  }

  /** The first byte, what was written, and the body. */
  end(first: number, body: Uint8Array | undefined): Buffer {
    this.#bytes[0] = first;
    const result = Buffer.allocUnsafe(this.#at + (body?.length ?? 0));
    this.#bytes.copy(result, 0, 0, this.#at);
    if (body !== undefined) result.set(body, this.#at);
    return result;
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** One for all: a head is written without a break. */
const writer = new Writer();

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw malformed();
    return byte;
  }

  length(): number {
    let length = 0;
    for (let scale = 1; scale < 2 ** 28; scale *= 128) {
      const byte = this.byte();
      length += (byte % 128) * scale;
      if (byte < 128) return length;
    }
    throw malformed();
  }

  text(): string {
    const end = this.length() + this.#at;
    if (end > this.#bytes.length) throw malformed();
    const text = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end;
    return text;
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

function malformed(cause?: unknown): BusError {
  return new BusError('malformed_event', 'these bytes are not a kept request', { cause });
}
