import { ApiError, type ApiErrorCode, type Principal } from '@hookline/contracts';
import { notePrincipal } from '@hookline/service';
import type { FastifyRequest } from 'fastify';

/** Refuses a caller who is known all the same: the audit names who tried. */
export class KnownCallerError extends ApiError {
  readonly principal: Principal;

  constructor(code: ApiErrorCode, principal: Principal, options?: { message: string }) {
    super(code, options);
    this.principal = principal;
  }
}

/** A handler of errors that notes the caller whom a refusal names, and throws the error on. */
export const notingCaller =
  (request: FastifyRequest) =>
  (error: unknown): never => {
    if (error instanceof KnownCallerError) notePrincipal(request, error.principal);
    throw error;
  };
