import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { decodeBase64 } from './base64.ts';
import { WebhookSecretError } from './errors.ts';
import { cacheByString } from './key-cache.ts';

const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
const KEY_BYTES = 32;
/** The bytes before the 32 bytes of the raw key in DER (RFC 8410). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

export interface SigningKeyPair {
  /** `whsk_` and base64 of seed and public key (64 bytes). */
  readonly privateKey: string;
  /** `whpk_` and base64 of the public key (32 bytes). */
  readonly publicKey: string;
}

/** A new ed25519 key pair in the notation of Standard Webhooks. */
export function generateSigningKeyPair(): SigningKeyPair {
  const pair = generateKeyPairSync('ed25519');
  const seed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEADER.length);
  const publicBytes = rawPublicKey(pair.publicKey);
  return {
    privateKey: PRIVATE_PREFIX + Buffer.concat([seed, publicBytes]).toString('base64'),
    publicKey: PUBLIC_PREFIX + publicBytes.toString('base64'),
  };
}

/** The `whpk_…` that belongs to a `whsk_…`. @throws {WebhookSecretError} if the private key is invalid */
export function publicKeyOf(privateKey: string): string {
  return PUBLIC_PREFIX + rawPublicKey(createPublicKey(parsePrivateKey(privateKey))).toString('base64');
}

/**
 * The key of a `whsk_…`: base64 of the seed (32 bytes), or of seed and public key (64 bytes). Decoded once.
 * @throws {WebhookSecretError} empty, not base64, another length, or a public key that does not belong to the seed
 */
export const parsePrivateKey: (privateKey: string) => KeyObject = cacheByString((privateKey) => {
  const bytes = decodeKey(privateKey, PRIVATE_PREFIX, 'private');
  if (bytes.length !== KEY_BYTES && bytes.length !== 2 * KEY_BYTES) {
    throw new WebhookSecretError(
      'secret_malformed',
      `The ed25519 private key has ${bytes.length} bytes, not 32 (seed) or 64 (seed and public key).`,
    );
  }
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_HEADER, bytes.subarray(0, KEY_BYTES)]),
    format: 'der',
    type: 'pkcs8',
  });
  if (bytes.length > KEY_BYTES && !rawPublicKey(createPublicKey(key)).equals(bytes.subarray(KEY_BYTES))) {
    throw new WebhookSecretError(
      'secret_malformed',
      'The second half of the ed25519 private key is not the public key of its first half.',
    );
  }
  return key;
});

/**
 * The key of a `whpk_…`: base64 of 32 bytes. Decoded once.
 * @throws {WebhookSecretError} empty, not base64, or another length
 */
export const parsePublicKey: (publicKey: string) => KeyObject = cacheByString((publicKey) => {
  const bytes = decodeKey(publicKey, PUBLIC_PREFIX, 'public');
  if (bytes.length !== KEY_BYTES) {
    throw new WebhookSecretError(
      'secret_malformed',
      `The ed25519 public key has ${bytes.length} bytes, not ${KEY_BYTES}.`,
    );
  }
  return createPublicKey({ key: Buffer.concat([SPKI_HEADER, bytes]), format: 'der', type: 'spki' });
});

/** A public key as JSON Web Key (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
  /** The thumbprint of the key (RFC 7638): every holder of the key can compute its id. */
  readonly kid: string;
}

/** The JWK of a `whpk_…`. @throws {WebhookSecretError} if the public key is invalid */
export function toPublicJwk(publicKey: string): PublicJwk {
  const x = rawPublicKey(parsePublicKey(publicKey)).toString('base64url');
  // RFC 7638 hashes the members in the order of their names, without spaces.
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, use: 'sig', alg: 'EdDSA', kid };
}

function decodeKey(text: string, prefix: string, kind: 'private' | 'public'): Buffer {
  if (typeof text !== 'string' || text === '' || text === prefix) {
    throw new WebhookSecretError('secret_empty', `The ed25519 ${kind} key is empty.`);
  }
  if (!text.startsWith(prefix)) {
    throw new WebhookSecretError('secret_wrong_kind', `An ed25519 ${kind} key starts with "${prefix}".`);
  }
  const bytes = decodeBase64(text.slice(prefix.length));
  if (bytes === undefined) {
    throw new WebhookSecretError(
      'secret_malformed',
      `The ed25519 ${kind} key is not "${prefix}" followed by base64.`,
    );
  }
  return bytes;
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER.length);
}
