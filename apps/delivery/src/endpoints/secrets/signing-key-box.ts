import type { SecretBox } from '@hookline/db';
import type { StoredSigningKey } from '@hookline/db/delivery';
import { generateSigningKeyPair } from '@hookline/signing';

const placeOf = (endpointId: string) => `endpoints|signing_keys|${endpointId}`;

/** A new ed25519 key pair as it is stored: its private half sealed, and bound to its endpoint. */
export function createSigningKey(box: SecretBox, endpointId: string): StoredSigningKey {
  const { privateKey, publicKey } = generateSigningKeyPair();
  return { sealed: box.seal(privateKey, placeOf(endpointId)), publicKey, expiresAt: null };
}

/** @returns `whsk_…` @throws DatabaseError `unseal_failed` when the key is not configured, or the row is another's */
export function openSigningKey(box: SecretBox, endpointId: string, sealed: string): string {
  return box.open(sealed, placeOf(endpointId));
}

/** The same private key, wrapped with the newest key. */
export function rewrapSigningKey(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
