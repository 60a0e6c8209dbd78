import { ApiError } from '@hookline/contracts';
import type { StoredSecret } from '@hookline/db/delivery';

/** What was there before goes on signing beside the new one for this long. */
const DEFAULT_GRACE_SECONDS = 24 * 3_600;
/** The new one included. Each is one more signature in a header that receivers limit, often to 8 KB. */
const MAX_SECRETS = 10;

/**
 * The secrets, or key pairs, after a rotation, newest first. Those of earlier rotations keep the grace that they were
 * given: rotating twice in a row must not cut off receivers that still have the first one. Without a grace nothing of
 * what was there signs any more: it may be known to others.
 * @throws ApiError `conflict` when so many are in their grace that one of them would have to end early
 */
export function rotateSecret<T extends StoredSecret>(
  current: readonly T[],
  next: T,
  nowMs: number,
  graceSeconds = DEFAULT_GRACE_SECONDS,
): T[] {
  if (graceSeconds === 0) return [next];
  const expiresAt = new Date(nowMs + graceSeconds * 1_000).toISOString();
  const earlier = current
    .map((secret) => ({ ...secret, expiresAt: secret.expiresAt ?? expiresAt }))
    .filter((secret) => Date.parse(secret.expiresAt) > nowMs);
  if (earlier.length >= MAX_SECRETS) {
    const [first] = earlier.map(({ expiresAt: until }) => until).sort();
    throw new ApiError('conflict', {
      message: `${earlier.length} secrets would go on signing beside the new one, and no more than ${MAX_SECRETS - 1} may: the first of them ends at ${first}. With gracePeriodSeconds 0 all of them end now`,
    });
  }
  return [next, ...earlier];
}
