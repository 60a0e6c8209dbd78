import type { SecretBox } from '@hookline/db';

const placeOf = (endpointId: string) => `endpoints|secrets|${endpointId}`;

/** A `whsec_…` as it is stored: sealed, and bound to its endpoint. */
export function sealEndpointSecret(box: SecretBox, endpointId: string, secret: string): string {
  return box.seal(secret, placeOf(endpointId));
}

/** @throws DatabaseError `unseal_failed` when the key is not configured, or the row is another's */
export function openEndpointSecret(box: SecretBox, endpointId: string, sealed: string): string {
  return box.open(sealed, placeOf(endpointId));
}

/** The same secret, wrapped with the newest key. */
export function rewrapEndpointSecret(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
