import { timestampMs } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { invalidFields } from '@hookline/service';
import { isInFuture } from '../../sql/is-in-future.ts';

/** Reads the time at which a new key expires. @throws ApiError `invalid_request` if it has passed */
export async function readExpiry(transaction: Transaction, expiresAt: string): Promise<Date> {
  const at = new Date(timestampMs(expiresAt));
  if (await isInFuture(transaction, at)) return at;
  throw invalidFields({ path: 'body/expiresAt', message: 'must be a time in the future' });
}
