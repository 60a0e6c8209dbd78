import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib';

/** The result of undoing the Content-Encoding of a body. */
export type DecodedContent =
  /** There is no encoding, or one that changes nothing. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'decoded'; readonly bytes: Buffer }
  /** The body is not encoded as its header says. */
  | { readonly kind: 'damaged'; readonly problem: string }
  | { readonly kind: 'too_large'; readonly maxBytes: number };

type Decode = (bytes: Buffer, maxOutputLength: number) => Promise<Buffer>;

/** Each runs in a thread of libuv. */
const unzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip);
const inflateZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const inflateBare = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);
const unbrotli = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);
const unzstd = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress);

const decodeGzip: Decode = (bytes, maxOutputLength) => unzip(bytes, { maxOutputLength });
const CODINGS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', decodeGzip],
  ['x-gzip', decodeGzip],
  // RFC 9110, section 8.4.1.2: with the zlib header, which some senders omit.
  [
    'deflate',
    (bytes, maxOutputLength) =>
      inflateZlib(bytes, { maxOutputLength }).catch((error: unknown) => {
        if (isTooLarge(error)) throw error;
        return inflateBare(bytes, { maxOutputLength });
      }),
  ],
  ['br', (bytes, maxOutputLength) => unbrotli(bytes, { maxOutputLength })],
  ['zstd', (bytes, maxOutputLength) => unzstd(bytes, { maxOutputLength })],
]);
/** Registered with IANA, and not supported. A name that is in neither list is no coding, such as `UTF-8` or `none`. */
const UNKNOWN_CODINGS: ReadonlySet<string> = new Set([
  'aes128gcm',
  'compress',
  'x-compress',
  'dcb',
  'dcz',
  'exi',
  'pack200-gzip',
]);
/** Names that senders use for a body that is not encoded. */
const NO_CODING = /^$|^(identity|none|binary|[78]bit|utf-?(8|16)|us-ascii|iso-8859-\d+)$/;
const MAX_CODINGS = 2;
/** Repetitive JSON shrinks to a thirtieth. Only a decompression bomb shrinks to less than a hundredth. */
const MAX_RATIO = 100;
const ALWAYS_ALLOWED_BYTES = 1_048_576;

export const ACCEPTED_CODINGS = 'gzip, deflate, br and zstd';

/**
 * The codings of a Content-Encoding, in the order in which they were applied, and the first one that is not supported.
 * `strange` is the first name that is registered with nobody: the body may be plain all the same.
 */
export function readCodings(header: string | undefined): {
  readonly codings: readonly string[];
  readonly unknown: string | undefined;
  readonly strange: string | undefined;
} {
  if (header === undefined) return NO_CODINGS;
  const names = header.split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase());
  return {
    codings: names.filter((name) => CODINGS.has(name)),
    unknown: names.find((name) => UNKNOWN_CODINGS.has(name)),
    strange: names.find((name) => !CODINGS.has(name) && !UNKNOWN_CODINGS.has(name) && !NO_CODING.test(name)),
  };
}

const NO_CODINGS = { codings: [], unknown: undefined, strange: undefined } as const;

/** The largest decoded size for a body of so many bytes: a hundred times as many, or 1 MiB. */
export function maxDecodedBytes(receivedBytes: number, maxBodyBytes: number): number {
  return Math.min(maxBodyBytes, Math.max(ALWAYS_ALLOWED_BYTES, receivedBytes * MAX_RATIO));
}

/**
 * Undoes the Content-Encoding of a body: gzip, deflate, br, zstd. Names that are no coding are ignored. A body that is
 * plain text, because a proxy has already decoded it, is left as it is.
 */
export async function decodeContent(
  received: Buffer,
  header: string | undefined,
  maxBodyBytes: number,
): Promise<DecodedContent> {
  const { codings } = readCodings(header);
  if (codings.length === 0 || received.length === 0) return { kind: 'plain' };
  if (codings.length > MAX_CODINGS) {
    return { kind: 'damaged', problem: `The body is encoded more than ${MAX_CODINGS} times.` };
  }
  const maxBytes = maxDecodedBytes(received.length, maxBodyBytes);
  let bytes = received;
  for (const coding of codings.toReversed()) {
    try {
      bytes = await (CODINGS.get(coding) as Decode)(bytes, maxBytes);
    } catch (error) {
      if (isTooLarge(error)) return { kind: 'too_large', maxBytes };
      if (isUtf8(received)) return { kind: 'plain' };
      return {
        kind: 'damaged',
        problem: `The header Content-Encoding says ${coding}, and the body cannot be read as that.`,
      };
    }
  }
  return { kind: 'decoded', bytes };
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
}
