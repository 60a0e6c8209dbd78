import type { SecretBox } from '@hookline/db';
import type { StoredSigningKey } from '@hookline/db/delivery';
import { generateSigningKeyPair } from '@hookline/signing';

const placeOf = (endpointId: string) => `endpoints|signing_keys|${endpointId}`;

/** Creates an ed25519 key pair and seals its private key. The sealed text can be opened only for this endpoint. */
export function createSigningKey(box: SecretBox, endpointId: string): StoredSigningKey {
  const { privateKey, publicKey } = generateSigningKeyPair();
  return { sealed: box.seal(privateKey, placeOf(endpointId)), publicKey, expiresAt: null };
}

/**
 * @returns `whsk_…`
 * @throws DatabaseError `unseal_failed` if the key is not configured, or the text belongs to another row
 */
export function openSigningKey(box: SecretBox, endpointId: string, sealed: string): string {
  return box.open(sealed, placeOf(endpointId));
}

/** Wraps a sealed private key with the newest key-encryption key. */
export function rewrapSigningKey(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
