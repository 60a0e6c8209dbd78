import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { VerificationScheme } from '../provider.ts';
import { compileScheme } from './compile-scheme.ts';
import type { SchemeDefinition } from './scheme-definition.ts';

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
/** Far below any provider's, above what a slip of the clipboard leaves over. */
const MIN_DECODED_KEY_BYTES = 16;

/** The HMAC family: most providers are one of these and no code. */
export interface HmacScheme extends SchemeDefinition {
  /** Default sha256. */
  readonly hash?: keyof typeof DIGEST_BYTES;
  /**
   * How the secret becomes the key: its text as it is (default), or decoded base64. Mind the prefix `whsec_`: with
   * Stripe it is a part of the key, with Standard Webhooks it stands before the base64.
   */
  readonly key?: 'utf8' | { readonly base64After: string };
}

/** @throws {SchemeDefinitionError} */
export function compileHmacScheme(scheme: HmacScheme): VerificationScheme {
  const { hash = 'sha256', key: keyFormat = 'utf8' } = scheme;
  return compileScheme<KeyObject>(scheme, {
    signatureBytes: DIGEST_BYTES[hash],
    // KeyObjects: with a Buffer as key, createHmac was five times as slow on Node 24.
    parseKey: (secret) =>
      keyFormat === 'utf8'
        ? { key: createSecretKey(Buffer.from(secret, 'utf8')) }
        : parseBase64Key(secret, keyFormat.base64After),
    matches(key, message, candidates) {
      const hmac = createHmac(hash, key);
      for (const piece of message) hmac.update(piece);
      const expected = hmac.digest();
      let matches = false;
      for (const candidate of candidates) matches = timingSafeEqual(expected, candidate) || matches;
      return matches;
    },
  });
}

function parseBase64Key(secret: string, prefix: string): { key: KeyObject } | { problem: string } {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const unpadded = text.replace(/={1,2}$/, '');
  const padded = unpadded.length !== text.length;
  if (!/^[A-Za-z0-9+/]+$/.test(unpadded) || unpadded.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    return { problem: `A secret of this provider is "${prefix}" followed by base64. Was it copied whole?` };
  }
  const bytes = Buffer.from(text, 'base64');
  return bytes.length < MIN_DECODED_KEY_BYTES
    ? { problem: `The secret has ${bytes.length} bytes; at least ${MIN_DECODED_KEY_BYTES} are needed.` }
    : { key: createSecretKey(bytes) };
}
