import { ApiError } from '@hookline/contracts';
import { type BucketState, createTokenBuckets, networkOf } from '@hookline/service';
import { createFailureGate } from './failure-gate.ts';

export interface FailureLimitSettings {
  /** How many failed attempts one client address may make in a window. */
  failures: number;
  windowSeconds: number;
}

export const FAILURE_LIMIT_DEFAULTS: FailureLimitSettings = { failures: 100, windowSeconds: 60 };

/**
 * Limits failed attempts to authenticate, per client address (a network, in IPv6) and replica, in bounded memory.
 *
 * Only failures count, and a key or session that has just failed does not count again. An address beyond the limit gets 429 for
 * whatever fails, so it does not learn why. A right key or session is still accepted: one client with a wrong key does not lock
 * out its neighbours behind the same proxy. What has to be looked up in Postgres for such addresses passes a narrow gate, so
 * that a flood of guesses costs two connections at most (decision 42).
 */
export interface FailureLimit {
  /**
   * Looks up a credential that this replica does not know yet. For an address that has failed too often it waits for its turn.
   * @throws ApiError `rate_limited`: too many others wait already
   */
  lookUp<Found>(address: string, find: () => Promise<Found>): Promise<Found>;
  /** Counts a failure. @returns the error to answer with: this one, or that there were too many */
  count(address: string, error: ApiError): ApiError;
}

const GATE = { maxRunning: 2, maxWaiting: 100 };

export function createFailureLimit({ failures, windowSeconds }: FailureLimitSettings): FailureLimit {
  const gate = createFailureGate(GATE);
  const buckets = createTokenBuckets({ name: 'failures', limit: failures, windowSeconds });
  const judge = ({ retryAfterSeconds }: BucketState) =>
    retryAfterSeconds === undefined
      ? undefined
      : new ApiError('rate_limited', {
          message: 'Too many requests from this address had a wrong key or token',
          retryAfterSeconds,
        });
  return {
    async lookUp(address, find) {
      const limited = judge(buckets.look(networkOf(address)));
      if (!limited) return find();
      const answer = await gate.run(find);
      if (!answer) throw limited;
      return answer.found;
    },
    count: (address, error) => judge(buckets.take(networkOf(address))) ?? error,
  };
}
