import { createHash } from 'node:crypto';

/** A dedupe key may have 200 characters, including `app:key:`. */
const MAX_PLAIN_LENGTH = 180;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The dedupe key of an application's event that has an Idempotency-Key; undefined without one. */
export function dedupeKeyOfIdempotencyKey(key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  // With a prefix of its own, so that no plain key can equal a hash.
  return key.length <= MAX_PLAIN_LENGTH ? `app:key:${key}` : `app:key-sha256:${sha256(key)}`;
}

/**
 * The dedupe keys of the events in a call that has an Idempotency-Key for all of them.
 * @returns the key of an event by its place in the call; undefined without an Idempotency-Key
 */
export function dedupeKeysOfBatch(key: string | undefined): ((index: number) => string) | undefined {
  if (key === undefined) return undefined;
  const hash = sha256(key);
  return (index) => `app:batch-sha256:${hash}:${index}`;
}
