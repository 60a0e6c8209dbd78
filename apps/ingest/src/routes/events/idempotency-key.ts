import { createHash } from 'node:crypto';
import { checkIdempotencyKey } from '@hookline/service';

/** A dedupe key may have 200 characters, including `app:key:`. */
const MAX_PLAIN_LENGTH = 180;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * The dedupe key of an application's event that has an Idempotency-Key.
 * @returns undefined without that header
 * @throws ApiError `invalid_request` for a key that is not 1 to 255 printable ASCII characters
 */
export function dedupeKeyOfIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = checkIdempotencyKey(header);
  // With a prefix of its own, so that no plain key can equal a hash.
  return key.length <= MAX_PLAIN_LENGTH ? `app:key:${key}` : `app:key-sha256:${sha256(key)}`;
}

/**
 * The dedupe keys of the events in a call that has an Idempotency-Key for all of them.
 * @returns the key of an event by its place in the call; undefined without that header
 * @throws ApiError `invalid_request` as above
 */
export function dedupeKeysOfBatch(
  header: string | string[] | undefined,
): ((index: number) => string) | undefined {
  if (header === undefined) return undefined;
  const hash = sha256(checkIdempotencyKey(header));
  return (index) => `app:batch-sha256:${hash}:${index}`;
}
