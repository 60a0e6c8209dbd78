import type { Signing } from '@hookline/contracts';
import type { SecretBox } from '@hookline/db';
import type { StoredSigningKey } from '@hookline/db/delivery';
import { createSigningKey } from '../../../endpoints/secrets/signing-key-box.ts';

/**
 * Creates the first key pair of an endpoint whose signing needs one. The key pair stays when the signing goes back to
 * HMAC, for receivers that still verify with it.
 */
export function signingKeysFor(
  secretBox: SecretBox,
  endpointId: string,
  signing: Signing | undefined,
  known: readonly StoredSigningKey[],
): { signingKeys?: StoredSigningKey[] } {
  return signing === undefined || signing.algorithm === 'hmac' || known.length > 0
    ? {}
    : { signingKeys: [createSigningKey(secretBox, endpointId)] };
}
