import { createHash } from 'node:crypto';
import { ApiError } from '@hookline/contracts';

const KEY = /^[\x20-\x7e]{1,255}$/;
/** A dedupe key may have 200 characters, including `app:key:`. */
const MAX_PLAIN_LENGTH = 180;

/**
 * The dedupe key of an application's event that has an Idempotency-Key.
 * @returns undefined without that header
 * @throws ApiError `invalid_request` for a key that is not 1 to 255 printable ASCII characters
 */
export function dedupeKeyOfIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !KEY.test(header)) {
    throw new ApiError('invalid_request', {
      message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
    });
  }
  // With a prefix of its own, so that no plain key can equal a hash.
  return header.length <= MAX_PLAIN_LENGTH
    ? `app:key:${header}`
    : `app:key-sha256:${createHash('sha256').update(header).digest('hex')}`;
}
