import type { OAuthSpecification } from '../connections/connection-specifications.ts';

/**
 * One authorization server for all of Google's APIs. It returns a refresh token only with `access_type=offline`, and
 * for a second consent only with `prompt=consent`. A refresh token expires after six months without use, when the
 * password changes (scopes of Gmail), and after seven days while the application is in testing.
 */
export function googleOAuth(scopes: readonly string[]): OAuthSpecification {
  return {
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    revocation: {
      method: 'POST',
      url: 'https://oauth2.googleapis.com/revoke',
      body: { form: { token: '{refreshToken}' } },
      authorization: 'none',
    },
    scopes,
    scopeSeparator: ' ',
    pkce: 'supported',
    clientAuthentication: 'body',
    authorizationParameters: { access_type: 'offline', prompt: 'consent' },
    expiry: 'always',
    accessTokenLifetimeSeconds: 3599,
    refresh: { rotation: 'never', finalErrors: ['invalid_grant', 'invalid_rapt', 'admin_policy_enforced'] },
  };
}
