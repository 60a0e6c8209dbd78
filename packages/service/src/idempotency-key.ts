import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '@hookline/contracts';

/** The header in which a caller names a request, so that a repeat of it has no second effect. */
const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
/** The header of an answer to a repeat: `true`. */
export const REPLAYED_HEADER = 'idempotent-replayed';

const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads the header Idempotency-Key.
 * @returns undefined without it
 * @throws ApiError `invalid_request` for a key that is not 1 to 255 printable ASCII characters
 */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers[IDEMPOTENCY_KEY_HEADER];
  return key === undefined ? undefined : checkIdempotencyKey(key);
}

/** @throws ApiError `invalid_request` as above */
export function checkIdempotencyKey(key: string | string[]): string {
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new ApiError('invalid_request', {
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
  });
}
