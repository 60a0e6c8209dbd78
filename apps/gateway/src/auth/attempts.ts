import { ApiError } from '@hookline/contracts';
import { Counter, type Registry } from '@hookline/service';
import type { FailureLimit } from './failure-limit.ts';
import type { Identity } from './identity.ts';

/** Attempts to authenticate: counted for /metrics, and failures for the limit of their address. */
export interface Attempts {
  /** @throws ApiError of the work, or `rate_limited` in place of a failure beyond the limit */
  run(address: string, work: () => Promise<Identity>): Promise<Identity>;
}

export function createAttempts(failures: FailureLimit, metrics: Registry): Attempts {
  const results = new Counter({
    name: 'hookline_authentications_total',
    help: 'Keys, tokens and sessions that callers sent, by the result: ok, or the code of the error',
    labelNames: ['result'],
    registers: [metrics],
  });
  return {
    async run(address, work) {
      try {
        const identity = await work();
        results.inc({ result: 'ok' });
        return identity;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const isFailure = error.statusCode === 401 || error.code === 'address_not_allowed';
        const answered = isFailure ? failures.count(address, error) : error;
        results.inc({ result: answered.code });
        throw answered;
      }
    },
  };
}
