import { ApiError } from '@hookline/contracts';
import { createTokenBuckets, networkOf } from '@hookline/service';

export interface SignInLimitSettings {
  /** How many sign-ins one client address may begin in a window, whatever comes of them. */
  signIns: number;
  windowSeconds: number;
}

export const SIGN_IN_LIMIT_DEFAULTS: SignInLimitSettings = { signIns: 20, windowSeconds: 60 };

/** Limits sign-ins, per client address (a network, in IPv6) and replica: each writes to Postgres or calls the provider. */
export interface SignInLimit {
  /** @throws ApiError `rate_limited` */
  take(address: string): void;
}

export function createSignInLimit({ signIns, windowSeconds }: SignInLimitSettings): SignInLimit {
  const buckets = createTokenBuckets({ name: 'signins', limit: signIns, windowSeconds });
  return {
    take(address) {
      const { retryAfterSeconds } = buckets.take(networkOf(address));
      if (retryAfterSeconds === undefined) return;
      throw new ApiError('rate_limited', {
        message: 'Too many sign-ins from this address',
        retryAfterSeconds,
      });
    },
  };
}
