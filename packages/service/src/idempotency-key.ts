import type { IncomingMessage } from 'node:http';
import { ApiError } from '@hookline/contracts';

/** The header in which a caller names a request, so that a repeat of it has no second effect. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
/** The header of an answer to a repeat: `true`. */
export const REPLAYED_HEADER = 'idempotent-replayed';

const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * Reads the header Idempotency-Key. Of two headers Node would make one value, which is the key of neither.
 * @returns undefined without it
 * @throws ApiError `invalid_request` for several keys, and for one that is not 1 to 255 printable ASCII characters
 */
export function readIdempotencyKey(request: Pick<IncomingMessage, 'headersDistinct'>): string | undefined {
  const [key, second] = request.headersDistinct[IDEMPOTENCY_KEY_HEADER] ?? [];
  if (second !== undefined)
    throw new ApiError('invalid_request', {
      message: 'Idempotency-Key must be sent once, not several times',
    });
  if (key === undefined || KEY.test(key)) return key;
  throw new ApiError('invalid_request', {
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
  });
}
