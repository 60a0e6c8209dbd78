import { ApiError } from '@hookline/contracts';
import type { StoredSecret } from '@hookline/db/delivery';

/** For how long the secret before also signs. */
const DEFAULT_GRACE_SECONDS = 24 * 3_600;
/** The new secret included. Each secret adds a signature to a header that receivers limit, often to 8 KB. */
const MAX_SECRETS = 10;

/**
 * Adds a secret or key pair, newest first. Secrets of earlier rotations keep their grace period: two rotations in a row must
 * not cut off receivers that still have the first secret. Without a grace period no earlier secret signs any more: it may
 * have leaked.
 * @throws ApiError `conflict` if so many secrets are in their grace period that one would have to end early
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
      message: `${earlier.length} earlier secrets still sign, and at most ${MAX_SECRETS - 1} may: the first of them ends at ${first}. With gracePeriodSeconds 0 all of them end now`,
    });
  }
  return [next, ...earlier];
}
