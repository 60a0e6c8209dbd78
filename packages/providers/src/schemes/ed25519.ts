import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerificationScheme } from '../provider/verification.ts';
import { compileScheme } from './compile-scheme.ts';
import { signatureDecoder } from './decode-signature.ts';
import type { SchemeDefinition } from './scheme-definition.ts';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** The bytes before the 32 bytes of a public key in its DER form (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

export interface Ed25519Scheme extends SchemeDefinition {
  /** The required prefix of the public key, which is stored as the secret. The encoded key follows it. */
  readonly publicKeyPrefix: string;
  /** Default base64. */
  readonly publicKeyEncoding?: 'base64' | 'base64url' | 'hex';
}

/** Signatures that are verified with the sender's public key. @throws {SchemeDefinitionError} */
export function compileEd25519Scheme(scheme: Ed25519Scheme): VerificationScheme {
  return compileScheme<KeyObject>(scheme, {
    signatureBytes: SIGNATURE_BYTES,
    parseKey: (publicKey) => parseEd25519Key(publicKey, scheme),
    matches(key, message, candidates) {
      const bytes = Buffer.concat(message);
      let matches = false;
      for (const candidate of candidates) matches = verify(null, bytes, key, candidate) || matches;
      return matches;
    },
  });
}

/** @param scheme the spelling of the key */
export function parseEd25519Key(
  publicKey: string,
  scheme: Pick<Ed25519Scheme, 'publicKeyPrefix' | 'publicKeyEncoding'>,
): { key: KeyObject } | { problem: string } {
  const { publicKeyPrefix: prefix, publicKeyEncoding = 'base64' } = scheme;
  const decoder = signatureDecoder(publicKeyEncoding, PUBLIC_KEY_BYTES);
  const bytes = publicKey.startsWith(prefix) ? decoder.decode(publicKey.slice(prefix.length)) : undefined;
  if (bytes === undefined) {
    const behind = prefix === '' ? '' : `"${prefix}" followed by `;
    return { problem: `The public key must be ${behind}${decoder.form}.` };
  }
  return { key: createPublicKey({ key: Buffer.concat([SPKI_HEADER, bytes]), format: 'der', type: 'spki' }) };
}
