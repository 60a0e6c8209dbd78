import { ApiError } from '@hookline/contracts';
import {
  type BucketState,
  Counter,
  createTokenBuckets,
  networkOf,
  principalOf,
  type Registry,
  rateLimitField,
  rateLimitPolicyField,
  type TokenBuckets,
} from '@hookline/service';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** How many calls a window may have. 0: no limit. */
export interface RateLimitOptions {
  /** Of one API key or token, publishes apart. */
  perKey: number;
  /** Of one client address, publishes apart. */
  perAddress: number;
  /** Publishes of one API key or token. */
  publishesPerKey: number;
  windowSeconds: number;
}

/** Limits the calls of the API. */
export interface RateLimits {
  /** Limits all calls that are mounted in the scope, by address and by key. */
  limitCalls(scope: FastifyInstance): void;
  /** Limits the publishes that are mounted in the scope, by key. */
  limitPublishes(scope: FastifyInstance): void;
}

/**
 * A key is limited after it was authenticated, and before the body is read. Publishing has a limit of its own, so that a
 * tenant that publishes thousands of events a second can still manage its endpoints.
 */
export function createRateLimits(
  { perKey, perAddress, publishesPerKey, windowSeconds }: RateLimitOptions,
  metrics: Registry,
): RateLimits {
  const refused = new Counter({
    name: 'hookline_gateway_rate_limited_total',
    help: 'Calls that were answered 429, by the limit that they exceeded',
    labelNames: ['limit'],
    registers: [metrics],
  });
  const bucketsOf = (name: string, limit: number) =>
    limit === 0 ? undefined : createTokenBuckets({ name, limit, windowSeconds });
  const key = bucketsOf('key', perKey);
  const ip = bucketsOf('ip', perAddress);
  const publish = bucketsOf('publish', publishesPerKey);

  function mount(
    scope: FastifyInstance,
    byAddress: TokenBuckets | undefined,
    byKey: TokenBuckets | undefined,
  ): void {
    const all = [byKey, byAddress].filter((buckets) => buckets !== undefined);
    if (all.length === 0) return;
    const policy = rateLimitPolicyField(all.map(({ quota }) => quota));

    function take(buckets: TokenBuckets, name: string, reply: FastifyReply): ApiError | undefined {
      const state = buckets.take(name);
      const before = reply.getHeader('ratelimit');
      const field = rateLimitField([state]);
      reply.header('ratelimit-policy', policy);
      reply.header('ratelimit', before === undefined ? field : `${field}, ${before}`);
      return state.retryAfterSeconds === undefined ? undefined : refuse(state);
    }

    scope.addHook('onRequest', (request, reply, done) => {
      done(byAddress && take(byAddress, networkOf(request.ip), reply));
    });
    // The first hook after those of the route, which find the caller.
    scope.addHook('preParsing', (request, reply, payload, done) => {
      const principal = principalOf(request);
      done(byKey && principal && take(byKey, principal.keyId, reply), payload);
    });
  }

  function refuse({ quota, retryAfterSeconds }: BucketState): ApiError {
    refused.inc({ limit: quota.name });
    const who = quota.name === 'ip' ? 'this address' : 'this key';
    const what = quota.name === 'publish' ? 'publishes' : 'calls';
    return new ApiError('rate_limited', {
      message: `There were too many ${what} of ${who}: ${quota.limit} in ${quota.windowSeconds} s are allowed`,
      retryAfterSeconds: retryAfterSeconds ?? 1,
    });
  }

  return {
    limitCalls: (scope) => mount(scope, ip, key),
    limitPublishes: (scope) => mount(scope, undefined, publish),
  };
}
