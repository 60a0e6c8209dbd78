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

/** What a receiver answered with is kept as it came, so a compressed body may be cut off anywhere. */
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH };
const ZSTD = { finishFlush: constants.ZSTD_e_flush };

type Decoder = Readable & Writable;
const DECODERS: ReadonlyMap<string, (body: Buffer) => Decoder> = new Map<string, (body: Buffer) => Decoder>([
  ['gzip', () => createGunzip(ZLIB)],
  ['x-gzip', () => createGunzip(ZLIB)],
  // With the header of zlib (RFC 9110, 8.4.1.2), which some leave out.
  ['deflate', (body) => (hasZlibHeader(body) ? createInflate(ZLIB) : createInflateRaw(ZLIB))],
  ['br', () => createBrotliDecompress(BROTLI)],
  ['zstd', () => createZstdDecompress(ZSTD)],
]);

const hasZlibHeader = (body: Buffer) =>
  body.length >= 2 && ((body[0] as number) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;

export interface ShownBody {
  text: string | null;
  /** How it is compressed, where it is shown in base64 because that could not be undone. */
  compression: string | null;
}

/**
 * The body of an answer for people to read: text, also where it came compressed, up to so many bytes of it. What is not
 * UTF-8 is shown with replacement characters.
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
  // Something on its way has undone it, and left the header.
  if (isUtf8(body)) return { text: body.toString('utf8'), compression: null };
  return { text: body.toString('base64'), compression: coding };
}

/** @returns undefined where nothing of it could be read */
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
      // Leaving the loop ends the decoder: a bomb costs no more than this.
      if (length >= maxBytes) break;
    }
  } catch {
    // Damaged: what came before is shown.
  }
  return length === 0 && body.length > 0 ? undefined : Buffer.concat(chunks).subarray(0, maxBytes);
}
