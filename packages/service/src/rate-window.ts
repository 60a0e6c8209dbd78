import { ApiError } from '@hookline/contracts';
import { LruMap } from 'toad-cache';

/** Where a key stands in its window. */
export interface RateState {
  limit: number;
  /** How many were counted, beyond the limit too. */
  count: number;
  remaining: number;
  /** Until the window ends; at least 1. */
  resetSeconds: number;
  /** Whether more has been counted than the limit allows. */
  exceeded: boolean;
}

/** Counts per key and fixed window, in memory that has a bound: the keys that were not seen for longest are forgotten. */
export interface RateWindow {
  /** Counts one more. */
  take(key: string): RateState;
  /** Counts nothing. `exceeded` when the next one would be too many. */
  look(key: string): RateState;
}

export interface RateWindowOptions {
  limit: number;
  windowMs: number;
  /** Default 10,000. */
  maxKeys?: number;
}

/** Each replica counts for itself: what is limited is the load on it. */
export function createRateWindow({ limit, windowMs, maxKeys = 10_000 }: RateWindowOptions): RateWindow {
  // Without its own time to live, which follows the wall clock.
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

/** The `RateLimit` header fields as most clients know them. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: RateState): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
