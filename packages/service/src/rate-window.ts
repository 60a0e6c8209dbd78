import { ApiError } from '@hookline/contracts';
import { LruMap } from 'toad-cache';

/** The state of a key in its window. */
export interface RateState {
  limit: number;
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
  limit: number;
  windowMs: number;
  /** Default 10,000. */
  maxKeys?: number;
}

/** Each replica counts for itself, because the limit protects the replica. */
export function createRateWindow({ limit, windowMs, maxKeys = 10_000 }: RateWindowOptions): RateWindow {
  // Without the cache's time to live, which follows the wall clock.
  const windows = new LruMap<{ count: number; endMs: number }>(maxKeys, 0);
  const openWindow = (key: string) => {
    const window = windows.get(key);
    return window && window.endMs > performance.now() ? window : undefined;
  };
  const stateOf = (count: number, endMs: number, exceeded: boolean): RateState => ({
    limit,
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

/** The `RateLimit` headers in the form that most clients know. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: RateState): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
