import type { SignatureEncoding } from './scheme-definition.ts';

export interface SignatureDecoder {
  /** The bytes of a signature in exactly the expected form, else undefined. */
  decode(text: string): Buffer | undefined;
  /** For messages, such as `64 hexadecimal digits`. */
  readonly form: string;
}

/** RSA-4096 has 512 bytes. */
const MAX_ANY_LENGTH = 1_024;

/**
 * @param byteLength undefined: as long as the key makes it, and in base64
 *
 * Strict, because `Buffer.from` is not: it stops at the first character that is not hexadecimal and skips what is not
 * base64, so that parts of a signature could pass for a whole one.
 */
export function signatureDecoder(
  encoding: SignatureEncoding,
  byteLength: number | undefined,
): SignatureDecoder {
  if (byteLength === undefined) {
    return {
      decode: (text) => (text.length > MAX_ANY_LENGTH ? undefined : decodeStrictBase64(text)),
      form: 'base64',
    };
  }
  if (encoding === 'hex-in-base64') {
    const hex = signatureDecoder('hex', byteLength);
    return {
      decode: (text) => hex.decode(decodeStrictBase64(text)?.toString('latin1') ?? ''),
      form: `${hex.form} in base64`,
    };
  }
  if (encoding === 'hex') {
    const pattern = new RegExp(`^[0-9a-f]{${byteLength * 2}}$`, 'i');
    return {
      decode: (text) => (pattern.test(text) ? Buffer.from(text, 'hex') : undefined),
      form: `${byteLength * 2} hexadecimal digits`,
    };
  }
  const length = Buffer.alloc(byteLength).toString(encoding).length;
  // Senders of base64url leave the padding out or not, as their language does.
  const padding = encoding === 'base64url' ? '='.repeat((4 - (length % 4)) % 4) : '';
  return {
    decode: (padded) => {
      const text = padding !== '' && padded.endsWith(padding) ? padded.slice(0, -padding.length) : padded;
      if (text.length !== length) return undefined;
      const bytes = Buffer.from(text, encoding);
      // A digit in the place of the padding makes another length of the same text. Printing the bytes again finds
      // foreign characters and other spellings.
      return bytes.length === byteLength && bytes.toString(encoding) === text ? bytes : undefined;
    },
    form: `${byteLength} bytes in ${encoding}`,
  };
}

/** Undefined for nothing, and for what `Buffer.from` would only half understand. */
export function decodeStrictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
