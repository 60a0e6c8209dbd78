import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { compileScheme } from './compile-scheme.ts';
import { decodeStrictBase64 } from './decode-signature.ts';
import type { SchemeDefinition } from './scheme-definition.ts';

/** ECDSA (DER) or RSA signatures, whose public key is stored as the secret. */
export interface PublicKeyScheme extends SchemeDefinition {
  readonly keyType: 'ec' | 'rsa';
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  /** RSA only; default PKCS #1 v1.5. */
  readonly padding?: 'pss';
  /** The signature covers the SHA-256 of the message, so the message is hashed twice. */
  readonly signsDigest?: boolean;
}

/** @throws {SchemeDefinitionError} */
export function compilePublicKeyScheme(scheme: PublicKeyScheme): VerificationScheme {
  return compileScheme<KeyObject>(scheme, {
    signatureBytes: undefined,
    parseKey: (secret) => parsePublicKey(secret, scheme.keyType),
    matches(key, message, candidates) {
      const bytes = Buffer.concat(message);
      const signed = scheme.signsDigest ? createHash('sha256').update(bytes).digest() : bytes;
      let matches = false;
      for (const candidate of candidates) matches = isSignedBy(key, signed, candidate, scheme) || matches;
      return matches;
    },
  });
}

/** Whether a key signed the bytes. Returns false for a malformed signature instead of throwing. */
export function isSignedBy(
  key: KeyObject,
  bytes: Buffer,
  signature: Buffer,
  { hash, padding }: Pick<PublicKeyScheme, 'hash' | 'padding'>,
): boolean {
  try {
    return padding === 'pss'
      ? verify(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, signature)
      : verify(hash, bytes, key, signature);
  } catch {
    return false;
  }
}

/** The bytes of a signature in a header, in base64. */
export function readBase64Header(request: InboundRequest, header: string): Buffer | Rejection {
  const value = readSingleHeader(request, header, 'missing_signature');
  if (typeof value !== 'string') return value;
  return (
    decodeBase64Signature(value) ??
    reject('malformed_signature', `The header ${header} must contain a signature in base64.`, { header })
  );
}

/** RSA-4096 has 512 bytes. */
const MAX_SIGNATURE_LENGTH = 1_024;

/** Undefined for a text that `Buffer.from` would decode only in part. */
export function decodeBase64Signature(text: string): Buffer | undefined {
  return text.length > MAX_SIGNATURE_LENGTH ? undefined : decodeStrictBase64(text);
}

const BEGIN_KEY = '-----BEGIN PUBLIC KEY-----';
const END_KEY = '-----END PUBLIC KEY-----';

/** A public key in PEM or, as DER, in base64. */
export function parsePublicKey(
  text: string,
  keyType: 'ec' | 'rsa',
): { key: KeyObject } | { problem: string } {
  const name = keyType === 'ec' ? 'an elliptic-curve' : 'an RSA';
  try {
    // Some providers show the PEM without its line breaks.
    const begin = text.indexOf(BEGIN_KEY);
    const end = text.lastIndexOf(END_KEY);
    const base64 = begin === -1 || end < begin ? text : text.slice(begin + BEGIN_KEY.length, end);
    const key = base64.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === keyType) return { key };
  } catch {
    // Reported below, without the parser's message, which may quote the key.
  }
  return {
    problem: `The secret must be ${name} public key, in PEM or base64. Check that it was copied completely.`,
  };
}
