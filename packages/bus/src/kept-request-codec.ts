import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import { KEPT_METHODS, type KeptHeader, type KeptMethod, type KeptRequest } from '@hookline/contracts';
import { BusError } from './errors.ts';
import { KEPT_HEADER_NAMES } from './kept-header-names.ts';

// The format of a kept request: one byte with the version and flags, then the head, then the body unless it is the
// payload. The head is in ISO 8859-1, like HTTP headers: the position of the method, five texts, the headers, and the
// names of the headers that were left out. A text is its length and its characters. A length has 7 bits in each byte,
// the lowest first. The name of a header is its position in KEPT_HEADER_NAMES plus one, or 0 and the text. 128 is added
// if its value is sealed.
//
// Most requests have a head of about 400 bytes, and their body is the payload. Measured: writing one takes 2 µs. zlib
// takes 25 µs for any text, so only longer requests are compressed.

const VERSION = 1;
const VERSION_MASK = 0x0f;
const COMPRESSED = 0x10;
const HAS_BODY = 0x20;
/** A flag in the first byte: a part of the request is sealed. */
export const SEALED_FLAG = 0x40;
const QUERY_SEALED = 0x80;

const SEALED_NAME = 128;
/** Shorter requests are not compressed. */
const MIN_COMPRESSED_BYTES = 1_500;
/** Longer requests are compressed in another thread: up to this size compression takes less than a millisecond. */
const MAX_COMPRESSED_AT_ONCE_BYTES = 65_536;
/** More than the largest body that ingest can be configured to accept. */
const MAX_DECODED_BYTES = 256 * 1024 * 1024;

const positions = new Map(KEPT_HEADER_NAMES.map((name, index) => [name, index + 1]));
const deflateInThread = promisify(deflateRaw);
const inflateInThread = promisify(inflateRaw);

export function isKeptMethod(method: string): method is KeptMethod {
  return (KEPT_METHODS as readonly string[]).includes(method);
}

/** Returns a promise only if there is much to compress. The method must be one of KEPT_METHODS. */
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

/** A body that is compressed already, as many are, stays as it is. */
function smaller(plain: Buffer, deflated: Buffer): Buffer {
  if (deflated.length >= plain.length - 1) return plain;
  return Buffer.concat([Buffer.of((plain[0] as number) | COMPRESSED), deflated]);
}

/** @throws BusError `malformed_event` for bytes that `encodeKeptRequest` did not write */
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

/** The most bytes of a length. */
const MAX_LENGTH_BYTES = 5;

/** Writes each head to the same buffer, so that only the result allocates memory. */
class Writer {
  #bytes = Buffer.allocUnsafeSlow(16_384);
  #at = 0;

  /** Reserves the first byte. */
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

  /** Returns the first byte, the written head, and the body. */
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

/** Shared by all requests: a head is written synchronously. */
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
