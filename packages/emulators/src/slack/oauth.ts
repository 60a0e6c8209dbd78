import type { FastifyRequest } from 'fastify';
import type { ConsentRules } from '../core/oauth/consent-page.ts';
import type { AccessToken, RefreshToken, TokenPair } from '../core/oauth/records.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { secondsLeft } from '../core/oauth/token-endpoint.ts';
import { allParameters, bearerToken, clientCredentials, type Parameters } from '../core/parameters.ts';
import { slackError } from './slack-error.ts';
import { botUserOf, type SlackApplication, type SlackAuthorization, type Team } from './state.ts';

export const SLACK_CONSENT: ConsentRules = {
  paths: ['/slack.com/oauth/v2/authorize'],
  title: 'Slack',
  granular: false,
  scopesOf: ({ scope, user_scope }) =>
    `${scope ?? ''},${user_scope ?? ''}`.split(/[\s,]+/).filter((each) => each !== ''),
};

export interface OAuthParts {
  readonly server: SlackAuthorization;
  readonly teams: ReadonlyMap<string, Team>;
}

type Body = Record<string, unknown>;

/** `oauth.v2.access`: a code, or a refresh token. */
export function access({ server, teams }: OAuthParts, request: FastifyRequest): Body {
  const parameters = allParameters(request);
  return refusingAs(() => {
    const application = server.authenticate(clientCredentials(request, parameters));
    const grantType = parameters['grant_type'] ?? 'authorization_code';
    if (grantType === 'refresh_token') return refresh(server, teams, application, parameters);
    if (grantType !== 'authorization_code') throw slackError('invalid_grant_type');
    return redeem(server, teams, application, parameters);
  }, parameters);
}

/** `oauth.v2.exchange`: a token without expiry becomes one that expires, with a refresh token. */
export function exchange({ server, teams }: OAuthParts, request: FastifyRequest): Body {
  const parameters = allParameters(request);
  return refusingAs(() => {
    const application = server.authenticate(clientCredentials(request, parameters));
    if (application.accessTokenSeconds === undefined) throw slackError('token_rotation_not_enabled');
    const old = server.accessToken(parameters['token'] ?? bearerToken(request));
    if (old?.endedReason === 'exchanged' || old?.expiresAtMs !== undefined) {
      throw slackError('token_already_exchanged');
    }
    if (
      old === undefined ||
      server.whyDead(old) !== undefined ||
      old.grant.clientId !== application.clientId
    ) {
      throw slackError('invalid_auth');
    }
    const pair = server.issue(application, old.grant, { kind: old.kind, scopes: old.scopes });
    server.endToken(old, 'exchanged');
    return { ...tokenFields(server, pair), ...placeFields(teams, application, old) };
  }, parameters);
}

function redeem(
  server: SlackAuthorization,
  teams: ReadonlyMap<string, Team>,
  application: SlackApplication,
  parameters: Parameters,
): Body {
  const { pending, accountId } = server.takeCode(application, parameters);
  const account = server.accounts.get(accountId);
  if (account === undefined) throw slackError('invalid_code');
  const grant = server.addGrant(application, accountId, { teamId: account.teamId });
  const botScopes = server.splitScopes(pending.parameters['scope'] ?? '');
  const userScopes = server.splitScopes(pending.parameters['user_scope'] ?? '');
  const bot =
    botScopes.length === 0 ? undefined : server.issue(application, grant, { kind: 'bot', scopes: botScopes });
  const user =
    userScopes.length === 0
      ? undefined
      : server.issue(application, grant, { kind: 'user', scopes: userScopes });
  const place = placeFields(teams, application, { grant });
  return {
    ...(bot !== undefined && {
      ...tokenFields(server, bot),
      bot_user_id: botUserOf(application, account.teamId),
    }),
    ...place,
    authed_user: { id: accountId, ...(user !== undefined && tokenFields(server, user)) },
  };
}

function refresh(
  server: SlackAuthorization,
  teams: ReadonlyMap<string, Team>,
  application: SlackApplication,
  parameters: Parameters,
): Body {
  if (application.accessTokenSeconds === undefined) throw slackError('token_rotation_not_enabled');
  const pair = server.refresh(application, parameters['refresh_token'] ?? '');
  const { grant, kind } = pair.access;
  return {
    ...tokenFields(server, pair),
    ...(kind === 'bot' && { bot_user_id: botUserOf(application, grant.facts['teamId'] ?? '') }),
    ...placeFields(teams, application, pair.access),
    ...(kind === 'user' && { authed_user: { id: grant.accountId } }),
  };
}

function tokenFields(server: SlackAuthorization, { access: token, refresh: next }: TokenPair): Body {
  return {
    access_token: token.text,
    token_type: token.kind,
    scope: token.scopes.join(','),
    ...(token.expiresAtMs !== undefined && { expires_in: secondsLeft(token.expiresAtMs, server.nowMs()) }),
    ...(next !== undefined && { refresh_token: next.text }),
  };
}

function placeFields(
  teams: ReadonlyMap<string, Team>,
  application: SlackApplication,
  { grant }: Pick<AccessToken | RefreshToken, 'grant'>,
): Body {
  const team = teams.get(grant.facts['teamId'] ?? '');
  return {
    ok: true,
    app_id: application.appId,
    team: { id: team?.id, name: team?.name },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** @throws Answer 200 with Slack's code */
function refusingAs(run: () => Body, parameters: Parameters): Body {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw slackError(codeOf(error, parameters['grant_type'] === 'refresh_token'));
  }
}

function codeOf({ code, reason }: Refusal, refreshing: boolean): string {
  if (code === 'invalid_client')
    return reason === 'unknown client' ? 'invalid_client_id' : 'bad_client_secret';
  if (code === 'redirect_uri_mismatch') return 'bad_redirect_uri';
  if (!refreshing) return reason === 'used' ? 'code_already_used' : 'invalid_code';
  return reason === 'revoked' || reason === 'uninstalled' ? 'token_revoked' : 'invalid_refresh_token';
}
