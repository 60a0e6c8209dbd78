import type { JudgedAnswer } from '@hookline/providers';

/** A request timeout, "too early", and the limit of a rate. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Whether an answer refuses a request for good: the same request cannot succeed later. */
export function isRefusal(status: number, { verdict }: Pick<JudgedAnswer, 'verdict'>): boolean {
  if (verdict === 'rate-limited' || verdict === 'quota-exhausted') return false;
  return status >= 400 && status < 500 && !PASSING_STATUSES.has(status);
}
