import { ApiError, type Filter } from '@hookline/contracts';
import { type CompiledFilter, compileFilter, FilterError } from '@hookline/filters';
import { refuseEventField } from './event-fields.ts';

/** @throws ApiError `invalid_filter` with the path and the problem */
export function checkFilter(filter: Filter): CompiledFilter {
  try {
    return compileFilter(filter, refuseEventField);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ApiError('invalid_filter', {
      message: `body/${error.message}`,
      details: [{ path: `body/${error.path}`, message: error.problem }],
      cause: error,
    });
  }
}
