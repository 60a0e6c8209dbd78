import { ApiError } from '@hookline/contracts';
import { LruMap } from 'toad-cache';
import type { Quota } from './quota.ts';
import { rateLimitField, rateLimitPolicyField } from './rate-limit-fields.ts';

/** The state of a key in its window. */
export interface RateState {
  quota: Quota;
  /** The number of counted requests, including those beyond the limit. */
  count: number;
  remaining: number;
  /** Seconds until the window ends; at least 1. */
  resetSeconds: number;
  /** Whether the count is higher than the limit. */
  exceeded: boolean;
}

/** Counts per key and fixed window, in bounded memory: the keys that were not seen for longest are forgotten. */
export interface RateWindow {
  /** Counts one more. */
  take(key: string): RateState;
  /** Counts nothing. `exceeded` is true if the next request would exceed the limit. */
  look(key: string): RateState;
}

export interface RateWindowOptions {
  /** The name of the limit in the header fields. Default `ip`: of a client address. */
  name?: string;
  limit: number;
  windowMs: number;
  /** Default 10,000. */
  maxKeys?: number;
}

/** Each replica counts for itself, because the limit protects the replica. */
export function createRateWindow({
  name = 'ip',
  limit,
  windowMs,
  maxKeys = 10_000,
}: RateWindowOptions): RateWindow {
  const quota = { name, limit, windowSeconds: Math.ceil(windowMs / 1000) };
  // Without the cache's time to live, which follows the wall clock.
  const windows = new LruMap<{ count: number; endMs: number }>(maxKeys, 0);
  const openWindow = (key: string) => {
    const window = windows.get(key);
    return window && window.endMs > performance.now() ? window : undefined;
  };
  const stateOf = (count: number, endMs: number, exceeded: boolean): RateState => ({
    quota,
    count,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil((endMs - performance.now()) / 1000)),
    exceeded,
  });
  return {
    take(key) {
      let window = openWindow(key);
      if (!window) {
        window = { count: 0, endMs: performance.now() + windowMs };
        windows.set(key, window);
      }
      window.count++;
      return stateOf(window.count, window.endMs, window.count > limit);
    },
    look(key) {
      const { count, endMs } = openWindow(key) ?? { count: 0, endMs: performance.now() + windowMs };
      return stateOf(count, endMs, count >= limit);
    },
  };
}

export function rateLimited({ resetSeconds }: RateState): ApiError {
  return new ApiError('rate_limited', { retryAfterSeconds: resetSeconds });
}

/** The fields that tell a client where it stands. */
export function rateLimitHeaders({ quota, remaining, resetSeconds }: RateState): Record<string, string> {
  return {
    'ratelimit-policy': rateLimitPolicyField([quota]),
    ratelimit: rateLimitField([{ quota, remaining, fullInSeconds: resetSeconds }]),
  };
}
