import { createRateWindow, networkOf, type RateState } from '@hookline/service';
import { LruMap } from 'toad-cache';

export interface RequestLimitOptions {
  /** Requests of one client address that were not accepted, in a window; 0: no limit. */
  perAddress: number;
  /** Verified requests of one source, in a window; 0: no limit. */
  perSource: number;
  windowMs: number;
}

/**
 * How much may come in. Providers send for all their customers from a few addresses, and a proxy may stand for
 * everyone, so against an address counts only what was not accepted, and beyond its limit it is heard all the same:
 * what is right passes, what is wrong gets 429 in place of its reason, and costs nothing more than the look at its
 * signature. Only an address that goes on to TURNED_AWAY_AT times its limit, without anything right in the window, is
 * turned away unheard.
 * Against a source counts only what it has verified, so that nobody else can use up what its provider may send.
 */
export interface RequestLimits {
  /** Whether an address has sent far too much that was refused, and nothing that was right: it is not heard. */
  turnAway(address: string): RateState | undefined;
  /** Whether what an address sends is no longer worth more than the look at its signature. */
  isExhausted(address: string): boolean;
  /** Counts a request that was refused. Undefined without a limit. */
  countRefused(address: string): RateState | undefined;
  /** Counts a request that was verified. Undefined without a limit. */
  countVerified(address: string, source: string): RateState | undefined;
}

const MAX_ADDRESSES = 10_000;
/** Times its limit: by default 10,000 refusals in 15 minutes, 11 a second, which no provider's retries come near. */
const TURNED_AWAY_AT = 10;

export function createRequestLimits({ perAddress, perSource, windowMs }: RequestLimitOptions): RequestLimits {
  const refused =
    perAddress === 0 ? undefined : createRateWindow({ limit: perAddress, windowMs, maxKeys: MAX_ADDRESSES });
  const verified = perSource === 0 ? undefined : createRateWindow({ limit: perSource, windowMs });
  /** Until when, by the monotonic clock. */
  const trustedUntilMs = new LruMap<number>(MAX_ADDRESSES, 0);
  const isTrusted = (key: string) => (trustedUntilMs.get(key) ?? 0) > performance.now();

  return {
    turnAway(address) {
      const key = networkOf(address);
      const state = refused?.look(key);
      return state && state.count >= perAddress * TURNED_AWAY_AT && !isTrusted(key) ? state : undefined;
    },
    isExhausted: (address) => refused?.look(networkOf(address)).exceeded ?? false,
    countRefused: (address) => refused?.take(networkOf(address)),
    countVerified(address, source) {
      if (refused) trustedUntilMs.set(networkOf(address), performance.now() + windowMs);
      return verified?.take(source);
    },
  };
}
