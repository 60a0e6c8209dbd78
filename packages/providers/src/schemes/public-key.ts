import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { InboundRequest } from '../inbound-request.ts';
import type { Verification, VerificationInput, VerificationScheme } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { readSingleHeader } from '../single-header.ts';
import { decodeStrictBase64 } from './decode-signature.ts';
import { cacheBySecret } from './key-cache.ts';
import { readKeys } from './usable-secrets.ts';

/** Signatures by ECDSA or RSA whose public key stands in the place of the secret. */
export interface PublicKeyScheme {
  readonly keyType: 'ec' | 'rsa';
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  /** RSA only; default PKCS #1 v1.5. */
  readonly padding?: 'pss';
  /** Lower-case; holds one signature in base64, of ECDSA in DER. */
  readonly header: string;
  /** What is signed. Default the body. */
  message?(request: InboundRequest): readonly Uint8Array[] | Rejection;
}

/** RSA-4096 has 512 bytes. */
const MAX_SIGNATURE_LENGTH = 1_024;

export function compilePublicKeyScheme(scheme: PublicKeyScheme): VerificationScheme {
  const parseKey = cacheBySecret((secret: string) => parsePublicKey(secret, scheme.keyType));

  function verifyRequest(input: VerificationInput): Verification {
    const { request } = input;
    const keys = readKeys(input, parseKey, 'public key');
    if (!Array.isArray(keys)) return keys;
    const signature = readBase64Header(request, scheme.header);
    if (!Buffer.isBuffer(signature)) return signature;
    const message = scheme.message?.(request) ?? [request.rawBody];
    if (!Array.isArray(message)) return message as Rejection;
    const bytes = Buffer.concat(message);
    for (const { key, secretIndex } of keys) {
      if (isSignedBy(key, bytes, signature, scheme)) return { ok: true, secretIndex };
    }
    return reject(
      'invalid_signature',
      'The signature does not match: another key signed, or the body was changed on its way.',
      { secretsTried: keys.length },
    );
  }

  return {
    verify: verifyRequest,
    checkSecret(secret) {
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  };
}

/** Whether a key signed the bytes. A signature that is none is no exception but false. */
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

/** The bytes of a signature in a header that holds one in base64. */
export function readBase64Header(request: InboundRequest, header: string): Buffer | Rejection {
  const value = readSingleHeader(request, header, 'missing_signature');
  if (typeof value !== 'string') return value;
  return (
    decodeBase64Signature(value) ??
    reject('malformed_signature', `The header ${header} does not hold a signature in base64.`, { header })
  );
}

/** Undefined for what `Buffer.from` would only half understand. */
export function decodeBase64Signature(text: string): Buffer | undefined {
  return text.length > MAX_SIGNATURE_LENGTH ? undefined : decodeStrictBase64(text);
}

function parsePublicKey(text: string, keyType: 'ec' | 'rsa'): { key: KeyObject } | { problem: string } {
  const name = keyType === 'ec' ? 'an elliptic-curve' : 'an RSA';
  try {
    const key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === keyType) return { key };
  } catch {
    // Told below, without the parser's words, which may quote it.
  }
  return { problem: `The secret here is ${name} public key, in PEM or as base64. Was it copied whole?` };
}
