import type { IdentityRequest, OAuthSpecification } from '../connections/oauth-specification.ts';
import type { RequestTemplate } from '../connections/request-template.ts';

const TOKEN_INFO: RequestTemplate = {
  method: 'POST',
  url: 'https://oauth2.googleapis.com/tokeninfo',
  body: { form: { access_token: '{accessToken}' } },
  authorization: 'none',
};

/**
 * One authorization server for all of Google's APIs. It returns a refresh token only with `access_type=offline`, and
 * for a second consent only with `prompt=consent`. A refresh token expires after six months without use, when the
 * password changes (scopes of Gmail), and after seven days while the application is in testing. Each service asks for
 * its own scopes only: with several scopes, a person may untick some of them.
 */
export function googleOAuth(
  scopes: readonly string[],
  identity: IdentityRequest,
  also: Pick<OAuthSpecification, 'accountHint'> & { settings?: Readonly<Record<string, string>> } = {},
): OAuthSpecification {
  const { settings, ...rest } = also;
  return {
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    issuer: 'https://accounts.google.com',
    revocation: {
      request: {
        method: 'POST',
        url: 'https://oauth2.googleapis.com/revoke',
        body: { form: { token: '{refreshToken}' } },
        authorization: 'none',
      },
      status: 200,
      ends: 'client',
    },
    scopes,
    scopeSeparator: ' ',
    pkce: 'supported',
    clientAuthentication: 'body',
    authorizationParameters: {
      access_type: 'offline',
      prompt: 'consent',
      include_granted_scopes: 'false',
    },
    ...rest,
    identity: [identity],
    tokenOwner: { request: TOKEN_INFO, clientId: '/aud' },
    // The address of a mailbox and the id of a channel do not show that both are of one person.
    person: { request: TOKEN_INFO, id: '/sub', scope: 'openid' },
    expiry: 'always',
    accessTokenLifetimeSeconds: 3599,
    refresh: {
      rotation: 'never',
      finalErrors: ['invalid_rapt', 'admin_policy_enforced'],
      appErrors: ['redirect_uri_mismatch', 'deleted_client', 'disabled_client'],
    },
    environment: [
      {
        clientId: 'GOOGLE_CLIENT_ID',
        clientSecret: 'GOOGLE_CLIENT_SECRET',
        ...(settings === undefined ? {} : { settings }),
      },
    ],
  };
}
