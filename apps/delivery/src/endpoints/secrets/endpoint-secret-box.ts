import type { SecretBox } from '@hookline/db';

const placeOf = (endpointId: string) => `endpoints|secrets|${endpointId}`;

/** Seals a `whsec_…`. The sealed text can be opened only for this endpoint. */
export function sealEndpointSecret(box: SecretBox, endpointId: string, secret: string): string {
  return box.seal(secret, placeOf(endpointId));
}

/** @throws DatabaseError `unseal_failed` if the key is not configured, or the text belongs to another row */
export function openEndpointSecret(box: SecretBox, endpointId: string, sealed: string): string {
  return box.open(sealed, placeOf(endpointId));
}

/** Wraps a sealed secret with the newest key-encryption key. */
export function rewrapEndpointSecret(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
