import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatedAnswer } from '../core/emulator.ts';
import { type ConsentRules, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { TokenPair } from '../core/oauth/records.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { allParameters, clientCredentials, type Parameters } from '../core/parameters.ts';
import type { GitHubAuthorization } from './state.ts';

const DOCUMENTATION =
  'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors';
/** An 11th token for the same person, application and scopes ends the oldest one. */
const MAX_TOKENS_PER_SCOPES = 10;

/** Error codes and their texts; all of them have status 200. */
const ERRORS = {
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  redirect_uri_mismatch: 'The redirect_uri MUST match the registered callback URL for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
  unsupported_grant_type: 'The grant type is not supported.',
} as const;

type ErrorCode = keyof typeof ERRORS;

export const GITHUB_CONSENT: ConsentRules = {
  paths: ['/github.com/login/oauth/authorize'],
  title: 'GitHub',
  granular: false,
  onMismatch: (application, { state }) => {
    const [registered] = application.redirectUris;
    if (registered === undefined) return undefined;
    const address = new URL(registered);
    address.searchParams.set('error', 'redirect_uri_mismatch');
    address.searchParams.set('error_description', ERRORS.redirect_uri_mismatch);
    if (state !== undefined) address.searchParams.set('state', state);
    return address.href;
  },
};

export function mountOAuth(app: FastifyInstance, server: GitHubAuthorization): void {
  mountConsentPage(app, server, GITHUB_CONSENT);
  app.post('/github.com/login/oauth/access_token', async (request, reply) => {
    const parameters = allParameters(request);
    try {
      return send(request, reply, answerToken(server, request, parameters));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return send(request, reply, errorFields(codeOf(error, parameters)));
    }
  });
}

/** GitHub answers errors of its token address with status 200. */
export function errorAnswer(code: ErrorCode): EmulatedAnswer {
  return { status: 200, body: errorFields(code) };
}

function errorFields(code: ErrorCode): Record<string, string> {
  return {
    error: code,
    error_description: ERRORS[code],
    error_uri: `${DOCUMENTATION}#${code.replaceAll('_', '-')}`,
  };
}

function answerToken(
  server: GitHubAuthorization,
  request: FastifyRequest,
  parameters: Parameters,
): Record<string, string | number> {
  const application = server.authenticate(clientCredentials(request, parameters));
  const grantType = parameters['grant_type'] ?? 'authorization_code';
  if (grantType === 'refresh_token') {
    return tokenFields(server, server.refresh(application, parameters['refresh_token'] ?? ''));
  }
  if (grantType !== 'authorization_code') throw new Refusal('unsupported_grant_type', grantType);
  const code = server.takeCode(application, parameters);
  const scopes = application.kind === 'github-app' ? [] : scopesOf(server, application.clientId, code);
  const grant = server.addGrant(application, code.accountId);
  const pair = server.issue(application, grant, { scopes });
  if (application.kind === 'oauth-app') endOldest(server, pair);
  return tokenFields(server, pair);
}

/** Without `scope` an application gets everything that the person had granted to it before. */
function scopesOf(
  server: GitHubAuthorization,
  clientId: string,
  code: { readonly accountId: string; readonly scopes: readonly string[] },
): readonly string[] {
  if (code.scopes.length > 0) return normalize(code.scopes);
  const earlier = server.grantsOf(clientId, code.accountId).flatMap((grant) => server.tokensOf(grant));
  return normalize([...new Set(earlier.flatMap(({ scopes }) => scopes))]);
}

/** `user` includes `read:user` and `user:email`, and so on: GitHub returns the wider scope only. */
function normalize(scopes: readonly string[]): string[] {
  const included: Readonly<Record<string, readonly string[]>> = {
    repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
    'admin:repo_hook': ['write:repo_hook', 'read:repo_hook'],
    'write:repo_hook': ['read:repo_hook'],
    'admin:org': ['write:org', 'read:org'],
    user: ['read:user', 'user:email', 'user:follow'],
  };
  const covered = new Set(scopes.flatMap((scope) => included[scope] ?? []));
  return scopes.filter((scope) => !covered.has(scope)).sort();
}

function endOldest(server: GitHubAuthorization, pair: TokenPair): void {
  const key = pair.access.scopes.join();
  const { clientId, accountId } = pair.access.grant;
  const live = server
    .grantsOf(clientId, accountId)
    .flatMap((grant) => server.tokensOf(grant))
    .filter(({ scopes }) => scopes.join() === key);
  for (const token of live.slice(0, -MAX_TOKENS_PER_SCOPES)) server.endToken(token, 'too many tokens');
}

function tokenFields(
  server: GitHubAuthorization,
  { access, refresh }: TokenPair,
): Record<string, string | number> {
  const secondsUntil = (ms: number | undefined) => Math.round(((ms ?? 0) - server.nowMs()) / 1000);
  return {
    access_token: access.text,
    ...(access.expiresAtMs !== undefined && { expires_in: secondsUntil(access.expiresAtMs) }),
    ...(refresh !== undefined && {
      refresh_token: refresh.text,
      refresh_token_expires_in: secondsUntil(refresh.expiresAtMs),
    }),
    token_type: 'bearer',
    scope: access.scopes.join(','),
  };
}

function codeOf(refusal: Refusal, parameters: Parameters): ErrorCode {
  switch (refusal.code) {
    case 'invalid_client':
      return 'incorrect_client_credentials';
    case 'redirect_uri_mismatch':
      return 'redirect_uri_mismatch';
    case 'unsupported_grant_type':
      return 'unsupported_grant_type';
    default:
      return parameters['grant_type'] === 'refresh_token' ? 'bad_refresh_token' : 'bad_verification_code';
  }
}

/** A form unless the caller accepts JSON. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  fields: Readonly<Record<string, string | number>>,
): FastifyReply {
  if (request.headers.accept?.includes('json')) return reply.send(fields);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return reply
    .header('content-type', 'application/x-www-form-urlencoded; charset=utf-8')
    .send(form.toString());
}
