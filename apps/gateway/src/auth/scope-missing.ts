import { ApiError, type Scope } from '@hookline/contracts';

/**
 * The error for a caller without a scope: which one, and how to get it.
 * @param what what needs the scope; default: the call
 */
export const scopeMissing = (scope: Scope, what = 'This'): ApiError =>
  new ApiError('scope_missing', {
    message: `${what} needs the scope "${scope}", which this key or token does not have: use a key with it, which POST /api/keys makes for an operator`,
  });
