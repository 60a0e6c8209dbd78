import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../core/parameters.ts';
import { googleError } from './api-error.ts';
import type { GoogleAuthorization, GoogleCaller } from './state.ts';

/** @throws Answer 401; 403 if none of the scopes was granted */
export function authenticate(
  server: GoogleAuthorization,
  request: FastifyRequest,
  scopes: readonly string[],
): GoogleCaller {
  const token = server.findAccess(bearerToken(request));
  const account = token === undefined ? undefined : server.accounts.get(token.grant.accountId);
  const application = token === undefined ? undefined : server.applications.get(token.grant.clientId);
  if (token === undefined || account === undefined || application === undefined) {
    throw googleError(
      401,
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other ' +
        'valid authentication credential.',
      'authError',
      { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
    );
  }
  if (scopes.length > 0 && !scopes.some((scope) => token.scopes.includes(scope))) {
    throw googleError(403, 'Request had insufficient authentication scopes.', 'insufficientPermissions');
  }
  return { token, account, application };
}
