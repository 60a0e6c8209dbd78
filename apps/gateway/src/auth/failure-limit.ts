import { ApiError } from '@hookline/contracts';
import { type BucketState, createTokenBuckets, networkOf } from '@hookline/service';

export interface FailureLimitSettings {
  /** How many failed attempts one client address may make in a window. */
  failures: number;
  windowSeconds: number;
}

export const FAILURE_LIMIT_DEFAULTS: FailureLimitSettings = { failures: 100, windowSeconds: 60 };

/**
 * Limits failed attempts to authenticate, per client address (a network, in IPv6) and replica, in bounded memory.
 *
 * Only failures count, and a key or session that has just failed does not count again. An address beyond the limit gets 429 for what fails, and nothing is looked up in Postgres for it.
 * What can be judged without Postgres is still accepted: a key or session that this replica has accepted before, a JWT, and
 * the operator key of the environment. So one client with a wrong key does not lock out its neighbours behind the same
 * proxy, except for those that this replica sees for the first time.
 */
export interface FailureLimit {
  /** @returns the error, if the address has failed too often */
  check(address: string): ApiError | undefined;
  /** Counts a failure. @returns the error to answer with: this one, or that there were too many */
  count(address: string, error: ApiError): ApiError;
}

export function createFailureLimit({ failures, windowSeconds }: FailureLimitSettings): FailureLimit {
  const buckets = createTokenBuckets({ name: 'failures', limit: failures, windowSeconds });
  const judge = ({ retryAfterSeconds }: BucketState) =>
    retryAfterSeconds === undefined
      ? undefined
      : new ApiError('rate_limited', {
          message: 'Too many requests from this address had a wrong key or token',
          retryAfterSeconds,
        });
  return {
    check: (address) => judge(buckets.look(networkOf(address))),
    count: (address, error) => judge(buckets.take(networkOf(address))) ?? error,
  };
}
