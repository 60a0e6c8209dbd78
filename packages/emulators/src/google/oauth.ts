import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Answer } from '../core/answer.ts';
import type { EmulatedAnswer } from '../core/emulator.ts';
import { type ConsentRules, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { CodeRecord, TokenPair } from '../core/oauth/records.ts';
import type { Refusal } from '../core/oauth/refusal.ts';
import { mountTokenEndpoint, secondsLeft } from '../core/oauth/token-endpoint.ts';
import { allParameters, queryParameters } from '../core/parameters.ts';
import { authenticate } from './authenticate.ts';
import type { Signer } from './signer.ts';
import {
  fullScope,
  GOOGLE_ISSUER,
  type GoogleApplication,
  type GoogleAuthorization,
  SIGN_IN_SCOPES,
} from './state.ts';

const WEEK_SECONDS = 604_800;
/** The 101st refresh token of an account and application ends the oldest one. */
const MAX_REFRESH_TOKENS = 100;

export const GOOGLE_CONSENT: ConsentRules = {
  paths: ['/accounts.google.com/o/oauth2/v2/auth', '/accounts.google.com/o/oauth2/auth'],
  title: 'Google',
  granular: true,
};

export const INVALID_GRANT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
};
export const INVALID_CLIENT: EmulatedAnswer = {
  status: 401,
  body: { error: 'invalid_client', error_description: 'The provided client secret is invalid.' },
};

export function mountOAuth(app: FastifyInstance, server: GoogleAuthorization, signer: Signer): void {
  mountConsentPage(app, server, GOOGLE_CONSENT);
  mountTokenEndpoint(app, server, {
    paths: ['/oauth2.googleapis.com/token', '/www.googleapis.com/oauth2/v4/token'],
    redeem: (application, code) => redeem(server, application, code),
    answer: (pair, grantType) => tokenFields(server, signer, pair, grantType),
    refuse,
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/oauth2.googleapis.com/revoke',
    handler: async (request) => revoke(server, allParameters(request)['token']),
  });
  for (const url of ['/oauth2.googleapis.com/tokeninfo', '/www.googleapis.com/oauth2/v3/tokeninfo']) {
    app.route({ method: ['GET', 'POST'], url, handler: async (request) => tokenInfo(server, request) });
  }
  for (const path of [
    '/openidconnect.googleapis.com/v1/userinfo',
    '/www.googleapis.com/oauth2/v3/userinfo',
    '/www.googleapis.com/oauth2/v2/userinfo',
  ]) {
    app.get(path, async (request) => {
      const { account } = authenticate(server, request, ['openid', fullScope('email'), fullScope('profile')]);
      return { sub: account.id, id: account.id, email: account.name, email_verified: true };
    });
  }
  app.get('/www.googleapis.com/oauth2/v3/certs', async () => signer.keySet());
  app.get('/accounts.google.com/.well-known/openid-configuration', async () => ({
    issuer: GOOGLE_ISSUER,
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    revocation_endpoint: 'https://oauth2.googleapis.com/revoke',
    userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    code_challenge_methods_supported: ['plain', 'S256'],
  }));
}

function redeem(
  server: GoogleAuthorization,
  application: GoogleApplication,
  code: CodeRecord<GoogleApplication>,
): TokenPair {
  const { parameters, scopes: asked } = code.pending;
  const earlier = server.grantsOf(application.clientId, code.accountId);
  const before =
    parameters['include_granted_scopes'] === 'true'
      ? earlier.flatMap((grant) => server.tokensOf(grant)).flatMap(({ scopes }) => scopes)
      : [];
  const signIn = asked.filter((scope) => SIGN_IN_SCOPES.has(scope));
  const scopes = [...new Set([...code.scopes, ...signIn].map(fullScope).concat(before))];
  const offline = parameters['access_type'] === 'offline';
  // A second consent gives a refresh token only if the page was shown again.
  const withRefresh = offline && (earlier.length === 0 || parameters['prompt']?.includes('consent') === true);
  const grant = server.addGrant(application, code.accountId);
  const refreshSeconds = application.testing ? WEEK_SECONDS : undefined;
  const pair = server.issue(application, grant, { scopes, withRefresh, refreshSeconds });
  endOldest(server, application.clientId, code.accountId);
  return pair;
}

function endOldest(server: GoogleAuthorization, clientId: string, accountId: string): void {
  const live = server
    .grantsOf(clientId, accountId)
    .flatMap((grant) => server.tokensOf(grant))
    .filter((token) => 'generation' in token);
  for (const token of live.slice(0, -MAX_REFRESH_TOKENS)) server.endToken(token, 'too many tokens');
}

async function tokenFields(
  server: GoogleAuthorization,
  signer: Signer,
  { access, refresh }: TokenPair,
  grantType: string,
): Promise<Record<string, unknown>> {
  const nowMs = server.nowMs();
  const { accountId, clientId } = access.grant;
  const account = server.accounts.get(accountId);
  const idClaims = {
    azp: clientId,
    aud: clientId,
    sub: accountId,
    email: account?.name,
    email_verified: true,
  };
  return {
    access_token: access.text,
    expires_in: secondsLeft(access.expiresAtMs, nowMs),
    ...(refresh !== undefined && grantType === 'authorization_code' && { refresh_token: refresh.text }),
    scope: access.scopes.join(' '),
    token_type: 'Bearer',
    ...(access.scopes.includes('openid') && { id_token: await signer.sign(idClaims, nowMs) }),
    // Only for refresh tokens that end; the real answer is one second short of the week.
    ...(refresh?.expiresAtMs !== undefined && {
      refresh_token_expires_in: secondsLeft(refresh.expiresAtMs, nowMs) - 1,
    }),
  };
}

/** Ends everything that the account granted to the application. */
function revoke(server: GoogleAuthorization, text: string | undefined): Record<string, never> {
  const token = server.accessToken(text) ?? server.refreshToken(text);
  if (token === undefined || server.whyDead(token) !== undefined) {
    throw new Answer(400, { error: 'invalid_token', error_description: 'Token expired or revoked' });
  }
  for (const grant of server.grantsOf(token.grant.clientId, token.grant.accountId)) {
    server.endGrant(grant, 'revoked');
  }
  return {};
}

function tokenInfo(server: GoogleAuthorization, request: FastifyRequest): Record<string, unknown> {
  const text = queryParameters(request)['access_token'] ?? allParameters(request)['access_token'];
  const header = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = server.findAccess(text ?? header);
  if (token === undefined)
    throw new Answer(400, { error: 'invalid_token', error_description: 'Invalid Value' });
  const isSignIn = [...SIGN_IN_SCOPES].some((scope) => token.scopes.includes(fullScope(scope)));
  return {
    azp: token.grant.clientId,
    aud: token.grant.clientId,
    // Whose token it is, only an application that signs people in is told.
    ...(isSignIn && { sub: token.grant.accountId }),
    scope: token.scopes.join(' '),
    exp: String(Math.floor((token.expiresAtMs ?? 0) / 1000)),
    expires_in: String(secondsLeft(token.expiresAtMs, server.nowMs())),
    email: server.accounts.get(token.grant.accountId)?.name,
    email_verified: 'true',
    access_type: 'offline',
  };
}

function refuse(refusal: Refusal): EmulatedAnswer {
  switch (refusal.code) {
    case 'invalid_client':
      return refusal.reason === 'unknown client'
        ? {
            status: 401,
            body: { error: 'invalid_client', error_description: 'The OAuth client was not found.' },
          }
        : INVALID_CLIENT;
    case 'invalid_grant':
      return refusal.reason === 'invalid_rapt'
        ? {
            status: 400,
            body: {
              error: 'invalid_grant',
              error_description: 'reauth related error (invalid_rapt)',
              error_subtype: 'invalid_rapt',
              error_uri: 'https://support.google.com/a/answer/9368756',
            },
          }
        : refusal.reason === 'unknown'
          ? { status: 400, body: { error: 'invalid_grant', error_description: 'Bad Request' } }
          : INVALID_GRANT;
    default:
      return { status: 400, body: { error: refusal.code, error_description: 'Bad Request' } };
  }
}
