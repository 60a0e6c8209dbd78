import { ApiError } from '@hookline/contracts';

/**
 * Guards a call that changes everything that a filter selects.
 * @param exact false: `total` is a lower bound, so that more may be selected than the caller expects
 * @param expected what the caller has seen in a dry run; undefined: no guard
 * @throws ApiError `conflict` if more is selected, or if not everything was counted
 */
export function checkExpectedCount(total: number, exact: boolean, expected: number | undefined): void {
  if (expected === undefined || (exact && total <= expected)) return;
  const found = `body/expectedCount is ${expected}, but ${exact ? '' : 'at least '}${total} match`;
  throw new ApiError('conflict', {
    message:
      exact || total > expected
        ? `${found}: nothing was changed. Look at them with a dry run`
        : `${found}, and the rest was not counted: nothing was changed. Narrow the filter, or leave expectedCount out`,
    details: { total, totalExact: exact },
  });
}
