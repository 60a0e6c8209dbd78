import type { PublicSigningKey } from '@hookline/contracts';
import { toPublicJwk } from '@hookline/signing';
import { type CatalogEndpoint, currentAt } from '../../endpoints/catalog/endpoint-catalog.ts';

/** The public keys of the key pairs that sign at a moment, newest first. */
export function presentPublicKeys(
  signingKeys: readonly Omit<CatalogEndpoint['signingKeys'][number], 'secret'>[],
  nowMs: number,
): PublicSigningKey[] {
  return currentAt(signingKeys, nowMs).map(({ publicKey, expiresAtMs }) => ({
    ...toPublicJwk(publicKey),
    publicKey,
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  }));
}
