import type { EndpointAuth } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';

const placeOf = (endpointId: string) => `endpoints|auth|${endpointId}`;

/** Seals the credentials for an endpoint. The sealed text can be opened only for the row of this endpoint. */
export function sealEndpointAuth(box: SecretBox, endpointId: string, auth: EndpointAuth): string {
  return box.seal(JSON.stringify(auth), placeOf(endpointId));
}

/** @throws DatabaseError `unseal_failed` if the key is not configured, or the text belongs to another row */
export function openEndpointAuth(box: SecretBox, endpointId: string, sealed: string): EndpointAuth {
  return JSON.parse(box.open(sealed, placeOf(endpointId))) as EndpointAuth;
}

/** Wraps sealed credentials with the newest key-encryption key. */
export function rewrapEndpointAuth(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
