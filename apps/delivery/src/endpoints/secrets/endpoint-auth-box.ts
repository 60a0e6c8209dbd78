import type { EndpointAuth } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';

const placeOf = (endpointId: string) => `endpoints|auth|${endpointId}`;

/** Credentials for an endpoint, as they are stored: sealed, and bound to its row. */
export function sealEndpointAuth(box: SecretBox, endpointId: string, auth: EndpointAuth): string {
  return box.seal(JSON.stringify(auth), placeOf(endpointId));
}

/** @throws DatabaseError `unseal_failed` when the key is not configured, or the row is another's */
export function openEndpointAuth(box: SecretBox, endpointId: string, sealed: string): EndpointAuth {
  return JSON.parse(box.open(sealed, placeOf(endpointId))) as EndpointAuth;
}

/** The same credentials, wrapped with the newest key. */
export function rewrapEndpointAuth(box: SecretBox, endpointId: string, sealed: string): string {
  return box.rewrap(sealed, placeOf(endpointId));
}
