import type { RateLimit } from '@hookline/contracts';

/** This replica's share of a limit for all replicas. */
export interface ReplicaShare {
  /** From 0. */
  index: number;
  count: number;
}

export interface RateLimiter {
  /** Requests that may start now; below 1, none. */
  available(nowMs: number): number;
  take(nowMs: number): void;
  /** Returns a token: the request was not made. */
  refund(): void;
  /** When the next request may start. */
  nextAtMs(nowMs: number): number;
  /** The long-term rate. */
  readonly perMs: number;
  /** The limiter for a changed limit or share; used tokens stay used. */
  change(limit: RateLimit, share: ReplicaShare, nowMs: number): RateLimiter | undefined;
}

interface Bucket {
  perMs: number;
  size: number;
  tokens: number;
}

/** The share of a window's requests that may start at once. The others are spread over the window. */
const BURST = 0.1;

/**
 * An endpoint's limits of requests per second and per minute, as this replica enforces them: each replica has an equal
 * share, so that no statement and no message is needed for a delivery.
 *
 * Token buckets: over any span of time at most the limit for that span starts, and beyond it a burst of a tenth of
 * the window's limit and one request for each replica. While a replica joins, the others keep their greater share
 * for up to a second (see openReplicaRegister).
 *
 * @returns undefined when neither limit is set
 */
export function createRateLimiter(
  limit: RateLimit,
  share: ReplicaShare,
  nowMs: number,
): RateLimiter | undefined {
  return fromBuckets(bucketsOf(limit, share), nowMs);
}

function bucketsOf(limit: RateLimit, share: ReplicaShare): Bucket[] {
  const buckets: Bucket[] = [];
  for (const [most, windowMs] of [
    [limit.perSecond, 1_000],
    [limit.perMinute, 60_000],
  ] as const) {
    if (most === undefined) continue;
    const size = 1 + (BURST * most) / share.count;
    buckets.push({ perMs: most / share.count / windowMs, size, tokens: size });
  }
  return buckets;
}

function fromBuckets(buckets: Bucket[], startMs: number): RateLimiter | undefined {
  if (buckets.length === 0) return undefined;
  let atMs = startMs;

  function refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - atMs);
    atMs = nowMs;
    for (const bucket of buckets) {
      bucket.tokens = Math.min(bucket.size, bucket.tokens + passedMs * bucket.perMs);
    }
  }

  return {
    available(nowMs) {
      refill(nowMs);
      return Math.min(...buckets.map(({ tokens }) => tokens));
    },
    take(nowMs) {
      refill(nowMs);
      for (const bucket of buckets) bucket.tokens--;
    },
    refund() {
      for (const bucket of buckets) bucket.tokens = Math.min(bucket.size, bucket.tokens + 1);
    },
    nextAtMs(nowMs) {
      refill(nowMs);
      return nowMs + Math.max(0, ...buckets.map(({ tokens, perMs }) => (1 - tokens) / perMs));
    },
    perMs: Math.min(...buckets.map(({ perMs }) => perMs)),
    change(limit, share, nowMs) {
      refill(nowMs);
      const used = Math.max(...buckets.map(({ size, tokens }) => size - tokens));
      const changed = bucketsOf(limit, share);
      for (const bucket of changed) bucket.tokens = Math.max(0, bucket.size - used);
      return fromBuckets(changed, nowMs);
    },
  };
}

/**
 * Requests that this replica may have in flight at once, so that all replicas together keep to the limit. Which
 * replicas get the remainder of the division depends on the endpoint.
 *
 * @param number a hash of the endpoint's id
 */
export function concurrencyShare(concurrency: number, share: ReplicaShare, number: number): number {
  const turn = (share.index + number) % share.count;
  return Math.floor(concurrency / share.count) + (turn < concurrency % share.count ? 1 : 0);
}
