import { LruMap } from 'toad-cache';
import type { Quota } from './quota.ts';

/** The state of a key's bucket. */
export interface BucketState {
  quota: Quota;
  /** Whole calls that are left. */
  remaining: number;
  /** Seconds until the bucket is full again, if nothing more is taken. */
  fullInSeconds: number;
  /** Seconds until the next call is accepted; undefined: this one was. */
  retryAfterSeconds: number | undefined;
}

/** A token bucket for each key, in bounded memory. */
export interface TokenBuckets {
  readonly quota: Quota;
  /** Takes a token from the bucket of a key, if it has one. */
  take(key: string): BucketState;
  /** The state as it is: `retryAfterSeconds` says whether a token could be taken now. */
  look(key: string): BucketState;
}

export interface TokenBucketsOptions {
  /**
   * Keys beyond this number push out those that were used longest ago, whose buckets are then full again. So a caller with
   * very many keys or addresses is not held up by this limit, and never uses up the memory. Default 10,000.
   */
  maxKeys?: number;
  /** In ms. Default: the monotonic clock. */
  now?: () => number;
}

/** A single bucket. */
export interface TokenBucket {
  /** @returns false if there is no token left */
  take(): boolean;
}

/** @param now in ms. Default: the monotonic clock */
export function createTokenBucket(
  quota: Pick<Quota, 'limit' | 'windowSeconds'>,
  now: () => number = () => performance.now(),
): TokenBucket {
  const meter = meterOf(quota);
  let fullAtMs = 0;
  return {
    take() {
      const missingMs = Math.max(0, fullAtMs - now());
      if (!meter.isAccepted(missingMs)) return false;
      fullAtMs = now() + missingMs + meter.tokenMs;
      return true;
    },
  };
}

/** The time at which a bucket is full says all about it: how much of it is missing now. */
function meterOf({ limit, windowSeconds }: Pick<Quota, 'limit' | 'windowSeconds'>) {
  const windowMs = windowSeconds * 1_000;
  /** In which one token comes back. */
  const tokenMs = windowMs / limit;
  return {
    windowMs,
    tokenMs,
    isAccepted: (missingMs: number) => missingMs + tokenMs <= windowMs + ROUNDING_MS,
  };
}

/** Each replica counts for itself: the limit protects the replica, and costs no call to a shared store. */
export function createTokenBuckets(
  quota: Quota,
  { maxKeys = 10_000, now = () => performance.now() }: TokenBucketsOptions = {},
): TokenBuckets {
  const { windowMs, tokenMs, isAccepted } = meterOf(quota);
  // Without the cache's time to live, which follows the wall clock.
  const fullAtMs = new LruMap<number>(maxKeys, 0);

  const missingMsOf = (key: string) => Math.max(0, (fullAtMs.get(key) ?? 0) - now());
  /** @param leftMissingMs after the call, if it was accepted */
  const stateOf = (missingMs: number, leftMissingMs: number): BucketState => ({
    quota,
    remaining: Math.floor((windowMs - leftMissingMs + ROUNDING_MS) / tokenMs),
    fullInSeconds: toSeconds(leftMissingMs),
    retryAfterSeconds: isAccepted(missingMs)
      ? undefined
      : Math.max(1, toSeconds(missingMs + tokenMs - windowMs)),
  });

  return {
    quota,
    take(key) {
      const missingMs = missingMsOf(key);
      const leftMissingMs = isAccepted(missingMs) ? missingMs + tokenMs : missingMs;
      if (isAccepted(missingMs)) fullAtMs.set(key, now() + leftMissingMs);
      return stateOf(missingMs, leftMissingMs);
    },
    look(key) {
      const missingMs = missingMsOf(key);
      return stateOf(missingMs, missingMs);
    },
  };
}

/** Sums of fractions of a window differ from the window by less than this. */
const ROUNDING_MS = 0.001;
const toSeconds = (ms: number) => Math.ceil((ms - ROUNDING_MS) / 1_000);
