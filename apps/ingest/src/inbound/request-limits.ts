import { createRateWindow, networkOf, type RateState } from '@hookline/service';
import { LruMap } from 'toad-cache';

export interface RequestLimitOptions {
  /** Refused requests of one client address in a window; 0: no limit. */
  perAddress: number;
  /** Verified requests of one source in a window; 0: no limit. */
  perSource: number;
  windowMs: number;
}

/**
 * Rate limits of inbound requests. Providers send for all their customers from a few addresses, and a proxy may stand
 * for every sender. So only refused requests count against an address, and beyond its limit its requests are still
 * verified: a valid request is accepted, and an invalid one gets 429 instead of its reason and no further work. Only
 * an address that sends TURNED_AWAY_AT times its limit, without a valid request in the window, is refused without
 * verification. Only verified requests count against a source, so that no other sender can use up its limit.
 */
export interface RequestLimits {
  /**
   * Whether an address has sent far too many invalid requests and no valid one: its requests are not verified.
   */
  turnAway(address: string): RateState | undefined;
  /** Whether an address is over its limit: its requests get no work beyond verification. */
  isExhausted(address: string): boolean;
  /** Counts a refused request. Undefined without a limit. */
  countRefused(address: string): RateState | undefined;
  /** Counts a verified request. Undefined without a limit. */
  countVerified(address: string, source: string): RateState | undefined;
}

const MAX_ADDRESSES = 10_000;
/**
 * Multiple of the limit: by default 10,000 refusals in 15 minutes, 11 per second, far more than any provider's
 * retries.
 */
const TURNED_AWAY_AT = 10;

export function createRequestLimits({ perAddress, perSource, windowMs }: RequestLimitOptions): RequestLimits {
  const refused =
    perAddress === 0 ? undefined : createRateWindow({ limit: perAddress, windowMs, maxKeys: MAX_ADDRESSES });
  const verified =
    perSource === 0 ? undefined : createRateWindow({ name: 'source', limit: perSource, windowMs });
  /** End of the window, on the monotonic clock. */
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
