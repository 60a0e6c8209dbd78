import { isUtf8 } from 'node:buffer';
import type { Readable, Writable } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

/** Response bodies are stored as received, up to a bound, so a compressed body may be truncated at any byte. */
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH };
const ZSTD = { finishFlush: constants.ZSTD_e_flush };

type Decoder = Readable & Writable;
const DECODERS: ReadonlyMap<string, (body: Buffer) => Decoder> = new Map<string, (body: Buffer) => Decoder>([
  ['gzip', () => createGunzip(ZLIB)],
  ['x-gzip', () => createGunzip(ZLIB)],
  // With the header of zlib (RFC 9110, 8.4.1.2), which some servers leave out.
  ['deflate', (body) => (hasZlibHeader(body) ? createInflate(ZLIB) : createInflateRaw(ZLIB))],
  ['br', () => createBrotliDecompress(BROTLI)],
  ['zstd', () => createZstdDecompress(ZSTD)],
]);

const hasZlibHeader = (body: Buffer) =>
  body.length >= 2 && ((body[0] as number) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;

export interface ShownBody {
  text: string | null;
  /** The coding of a body that could not be decompressed and is shown in base64; null for other bodies. */
  compression: string | null;
}

/**
 * Shows a response body as text. A compressed body is decompressed, up to `maxBytes`. Bytes that are not UTF-8 become
 * replacement characters.
 */
export async function showBody(
  body: Buffer | null,
  headers: Readonly<Record<string, string>> | null,
  maxBytes: number,
): Promise<ShownBody> {
  const coding = headers?.['content-encoding']?.trim().toLowerCase();
  if (body === null || coding === undefined || coding === '' || coding === 'identity')
    return { text: body?.toString('utf8') ?? null, compression: null };
  const decoded = await decode(coding, body, maxBytes);
  if (decoded) return { text: decoded.toString('utf8'), compression: null };
  // A proxy has decompressed the body and left the header.
  if (isUtf8(body)) return { text: body.toString('utf8'), compression: null };
  return { text: body.toString('base64'), compression: coding };
}

/** @returns undefined if no byte could be decompressed */
async function decode(coding: string, body: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  const decoder = DECODERS.get(coding)?.(body);
  if (!decoder) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  decoder.end(body);
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      // Leaving the loop ends the decoder, so a decompression bomb costs no more than this.
      if (length >= maxBytes) break;
    }
  } catch {
    // The body is damaged: the bytes before the damage are shown.
  }
  return length === 0 && body.length > 0 ? undefined : Buffer.concat(chunks).subarray(0, maxBytes);
}
