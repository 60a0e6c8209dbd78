import type { SignatureEncoding } from './scheme-definition.ts';

export interface SignatureDecoder {
  /** The bytes of a signature in exactly the expected form, otherwise undefined. */
  decode(text: string): Buffer | undefined;
  /** For messages, such as `64 hexadecimal digits`. */
  readonly form: string;
}

/** RSA-4096 has 512 bytes. */
const MAX_ANY_LENGTH = 1_024;

/**
 * @param byteLength undefined: the key determines the length, and the signature is in base64
 *
 * Strict, because `Buffer.from` is not: it stops at the first character that is not hexadecimal and skips characters
 * that are not base64, so a part of a signature could pass as a whole signature.
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
  // The padding of base64url depends on the sender's language.
  const padding = encoding === 'base64url' ? '='.repeat((4 - (length % 4)) % 4) : '';
  return {
    decode: (padded) => {
      const text = padding !== '' && padded.endsWith(padding) ? padded.slice(0, -padding.length) : padded;
      if (text.length !== length) return undefined;
      const bytes = Buffer.from(text, encoding);
      // A digit in the position of the padding would be another length of the same text. Encoding the bytes again
      // detects foreign characters and other spellings.
      return bytes.length === byteLength && bytes.toString(encoding) === text ? bytes : undefined;
    },
    form: `${byteLength} bytes in ${encoding}`,
  };
}

/** Undefined for an empty text, and for a text that `Buffer.from` would decode only in part. */
export function decodeStrictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
