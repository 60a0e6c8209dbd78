import { ApiError } from '@hookline/contracts';

/**
 * Guards a call that changes everything that a filter selects.
 * @param exact false: `total` is a lower bound
 * @param expected what the caller has seen in a dry run; undefined: no guard
 * @throws ApiError `conflict` if more is selected
 */
export function checkExpectedCount(total: number, exact: boolean, expected: number | undefined): void {
  if (expected === undefined || total <= expected) return;
  throw new ApiError('conflict', {
    message: `body/expectedCount is ${expected}, but ${exact ? '' : 'at least '}${total} match: nothing was changed. Look at them with a dry run`,
    details: { total, totalExact: exact },
  });
}
