import { ApiError } from '@hookline/contracts';
import { Counter, type Registry } from '@hookline/service';
import type { FailureLimit } from './failure-limit.ts';

export interface Attempt {
  /**
   * Set by the work if the same key or session has just failed. It then costs nothing and guesses nothing, so it does not
   * count: a program that repeats one wrong key locks nobody out.
   */
  isRepeat: boolean;
}

/** Attempts to authenticate: counted for /metrics, and failures for the limit of their address. */
export interface Attempts {
  /** @throws ApiError of the work, or `rate_limited` in place of a failure beyond the limit */
  run<Caller>(address: string, work: (attempt: Attempt) => Promise<Caller>): Promise<Caller>;
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
      const attempt: Attempt = { isRepeat: false };
      try {
        const caller = await work(attempt);
        results.inc({ result: 'ok' });
        return caller;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const isFailure = error.statusCode === 401 || error.code === 'address_not_allowed';
        const answered = isFailure && !attempt.isRepeat ? failures.count(address, error) : error;
        results.inc({ result: answered.code });
        throw answered;
      }
    },
  };
}
