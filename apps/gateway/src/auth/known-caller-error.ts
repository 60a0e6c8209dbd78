import { ApiError, type ApiErrorCode, type Principal } from '@hookline/contracts';

/** Refuses a caller who is known all the same: the audit names who tried. */
export class KnownCallerError extends ApiError {
  readonly principal: Principal;

  constructor(code: ApiErrorCode, principal: Principal, options?: { message: string }) {
    super(code, options);
    this.principal = principal;
  }
}
