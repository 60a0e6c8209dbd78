import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../core/parameters.ts';
import { failure } from './failure.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Caller, GitHubAuthorization } from './state.ts';

/** @throws Answer 401 */
export function authenticate(
  server: GitHubAuthorization,
  limits: RateLimits,
  request: FastifyRequest,
): Caller {
  const token = server.findAccess(bearerToken(request));
  const account = token === undefined ? undefined : server.accounts.get(token.grant.accountId);
  if (token === undefined || account === undefined) {
    throw failure(401, bearerToken(request) === undefined ? 'Requires authentication' : 'Bad credentials');
  }
  const caller = {
    token,
    account,
    application: server.applications.get(token.grant.clientId),
    uncounted: false,
  };
  limits.check(caller);
  return caller;
}
