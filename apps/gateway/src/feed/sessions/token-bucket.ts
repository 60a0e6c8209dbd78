/** Allows `perSecond` tokens on average, and up to `burst` at once. */
export interface TokenBucket {
  /** @returns false if there is no token left */
  take(): boolean;
}

export function createTokenBucket(
  options: { perSecond: number; burst: number },
  now: () => number = () => performance.now(),
): TokenBucket {
  let tokens = options.burst;
  let at = now();
  return {
    take() {
      const time = now();
      tokens = Math.min(options.burst, tokens + ((time - at) / 1_000) * options.perSecond);
      at = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
