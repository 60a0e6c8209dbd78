import { ApiError } from '@hookline/contracts';

/** The most verifications at once in this process, for all tenants together. */
const MAX_AT_ONCE = 20;
const RETRY_AFTER_SECONDS = 5;

/** Allows one verification of an endpoint at a time, and a bounded number of verifications in all. */
export function createVerificationLimit(maxAtOnce = MAX_AT_ONCE) {
  const underWay = new Set<string>();
  return {
    /** @throws ApiError `rate_limited` */
    async run<T>(endpointId: string, verify: () => Promise<T>): Promise<T> {
      if (underWay.has(endpointId)) {
        throw new ApiError('rate_limited', {
          message: 'The endpoint is being verified already',
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      if (underWay.size >= maxAtOnce) {
        throw new ApiError('rate_limited', {
          message: 'Too many endpoints are being verified',
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      underWay.add(endpointId);
      try {
        return await verify();
      } finally {
        underWay.delete(endpointId);
      }
    },
  };
}
