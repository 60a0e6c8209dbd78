import { ApiError } from '@hookline/contracts';
import { areWithin } from '@hookline/service';
import type { KeyLimits } from '../sql/find-key-limits.ts';

/**
 * Checks that a new key does not work at addresses at which its maker's does not.
 * @param maker undefined: the maker has no key, or one without limits
 * @param addresses null: everywhere
 * @throws ApiError `forbidden`
 */
export function requireAddressesWithin(
  maker: KeyLimits | undefined,
  addresses: readonly string[] | null,
): void {
  const own = maker?.allowedAddresses ?? null;
  if (own === null || (addresses !== null && areWithin(addresses, own))) return;
  throw new ApiError('forbidden', {
    message: `A key works at no other addresses than the key that makes it, which is limited to ${own.join(', ')}: give allowedAddresses among these, or use a key without this limit`,
  });
}

/** The error for a new key that would outlive the key of its maker. */
export const outlives = (end: Date): ApiError =>
  new ApiError('forbidden', {
    message: `A key ends no later than the key that makes it, which ends at ${end.toISOString()}: give an expiresAt until then, or use a key that lives longer`,
  });
