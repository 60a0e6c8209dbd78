import { timestampMs } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { invalidFields } from '@hookline/service';
import { outlives } from '../../auth/require-within.ts';
import type { KeyLimits } from '../../sql/find-key-limits.ts';
import { isInFuture } from '../../sql/is-in-future.ts';

/**
 * Reads the time at which a new key expires: null for never.
 * @param expiresAt undefined: as the key of its maker
 * @param maker the limits of that key, if it has one
 * @throws ApiError `invalid_request` if the time has passed; `forbidden` if it is later than the end of that key
 */
export async function readExpiry(
  transaction: Transaction,
  expiresAt: string | null | undefined,
  maker: KeyLimits | undefined,
): Promise<Date | null> {
  const own = maker?.expiresAt ?? null;
  if (expiresAt === undefined) return own;
  const at = expiresAt === null ? null : new Date(timestampMs(expiresAt));
  if (at !== null && !(await isInFuture(transaction, at)))
    throw invalidFields({ path: 'body/expiresAt', message: 'must be a time in the future' });
  if (own !== null && (at === null || at > own)) throw outlives(own);
  return at;
}
