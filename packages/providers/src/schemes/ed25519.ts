import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerificationScheme } from '../provider.ts';
import { compileScheme } from './compile-scheme.ts';
import type { SchemeDefinition } from './scheme-definition.ts';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of a public key in its DER form (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

export interface Ed25519Scheme extends SchemeDefinition {
  /** The public key that stands in place of a secret: base64 behind this prefix, which is required. */
  readonly publicKeyPrefix: string;
}

/** Signatures that are verified with the sender's public key. @throws {SchemeDefinitionError} */
export function compileEd25519Scheme(scheme: Ed25519Scheme): VerificationScheme {
  return compileScheme<KeyObject>(scheme, {
    signatureBytes: SIGNATURE_BYTES,
    parseKey: (publicKey) => parsePublicKey(publicKey, scheme.publicKeyPrefix),
    matches(key, message, candidates) {
      const bytes = Buffer.concat(message);
      let matches = false;
      for (const candidate of candidates) matches = verify(null, bytes, key, candidate) || matches;
      return matches;
    },
  });
}

function parsePublicKey(publicKey: string, prefix: string): { key: KeyObject } | { problem: string } {
  const text = publicKey.startsWith(prefix) ? publicKey.slice(prefix.length) : '';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== PUBLIC_KEY_BYTES || bytes.toString('base64') !== text) {
    return { problem: `A public key here is "${prefix}" followed by ${PUBLIC_KEY_BYTES} bytes in base64.` };
  }
  return { key: createPublicKey({ key: Buffer.concat([SPKI_HEADER, bytes]), format: 'der', type: 'spki' }) };
}
